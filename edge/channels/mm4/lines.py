"""Lines of SMTP: the codec's and the rules' words as a `Reply`, and those that are said here."""

from edge.channels.mm4.smtp.seam import Reply


def reply_of(line: str) -> Reply:
    """`550 5.7.1 refused by policy` as a reply; the text may be missing."""
    code, _, rest = line.partition(" ")
    status, _, text = rest.partition(" ")
    return Reply(int(code), status, text or ("ok" if code[0] == "2" else "refused"))


RELEASED = "250 2.0.0 released"
"""Of a held message that went out later: its sender had our response when it was held."""

ACCEPTED = "250 2.0.0"
BAD_ORIGINATOR = Reply(553, "5.1.7", "bad originator address")
BAD_RECIPIENT = Reply(501, "5.1.3", "bad recipient address")
NO_RECIPIENT = Reply(550, "5.1.1", "no such recipient")
NO_ROUTE = Reply(550, "5.1.1", "no route to this recipient")
NOT_REACHABLE = Reply(550, "5.1.1", "not reachable by MMS")
NOT_YOURS = Reply(550, "5.7.1", "not yours to send")
TOO_BIG = Reply(552, "5.3.4", "message too big")
BUSY = Reply(452, "4.3.1", "too much to look at, try again")
LOCAL = Reply(451, "4.3.0", "local error, try again")
UNDER_WAY = Reply(451, "4.3.0", "the same transaction is under way")
NEXT_HOP_DOWN = "451 4.4.1 next hop is not to be had"
NEXT_HOP_SILENT = "451 4.4.2 next hop did not answer: it may have the message"
STOPPING = Reply(421, "4.3.2", "shutting down")
