"""The clauses of the Acceptable Use Policy, each with the sentence a customer may be told."""

from enum import Enum


class Clause(Enum):
    """One heading of the policy; `value` is the short name used in the audit and in metrics."""

    UNSOLICITED = "unsolicited"
    BULK = "bulk"
    HARASSMENT = "harassment"
    EMERGENCY = "emergency"
    FRAUD = "fraud"
    IDENTITY = "identity"
    IMAGES = "images"
    CARRIAGE = "carriage"  # not in the policy: what any network needs to carry messages at all

    @property
    def heading(self) -> str:
        """The heading as the policy writes it."""
        return HEADINGS[self]


HEADINGS = {
    Clause.UNSOLICITED: "Sending unsolicited messages",
    Clause.BULK: "Sending mass marketing or bulk messaging using SIPSTACK",
    Clause.HARASSMENT: "Sending harassing or abusive messages",
    Clause.EMERGENCY: "Using SIPSTACK numbers as the only means of communication during an emergency",
    Clause.FRAUD: "Engaging in fraud, phishing or sending of sensitive data",
    Clause.IDENTITY: "Misrepresenting your identity (no spoofing)",
    Clause.IMAGES: "Sending messages with pornographic or objectionable images",
    Clause.CARRIAGE: "Carriage of messages",
}
