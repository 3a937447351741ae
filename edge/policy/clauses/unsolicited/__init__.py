"""Sending unsolicited messages: what recipients and operators have said, and what the numbers say of consent."""
