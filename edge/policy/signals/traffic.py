"""What kind of traffic a message is: class names as in an account's `classes` (policy.md, decision 7).

The class is detected on the message alone; that it is granted to the account is asked elsewhere. Only both exempt.
"""

from edge.policy.signals.reading import Reading

OTP, APPOINTMENT, NOTIFICATION, ALERTING, CONVERSATIONAL = (
    "otp",
    "appointment",
    "notification",
    "alerting",
    "conversational",
)


def classify(reading: Reading) -> str:
    """The class of a message, "" for none."""
    return ""
