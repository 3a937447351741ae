"""The only means of communication during an emergency: numbers to dial, numbers that cannot send, and substitutes."""
