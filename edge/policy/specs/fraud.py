"""Engaging in fraud, phishing or sending of sensitive data. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.fraud import evidence, overlap, phishing, sensitive
from edge.policy.specs.make import rule
from edge.policy.values import whole, words

RULES = (
    rule(
        "part-overlap",
        Clause.FRAUD,
        Action.REJECT,
        "parts of one message contradict each other",
        built=overlap.PartOverlap,
    ),
    rule(
        "sensitive-data",
        Clause.FRAUD,
        Action.REJECT,
        "financial or other sensitive personal information",
        settings={
            "personal": words(
                ("PASSWORD", "HEALTH", "ID"), "kinds that are only flagged where a consumer's account sends them"
            ),
        },
        built=sensitive.SensitiveData,
    ),
    rule(
        "phishing",
        Clause.FRAUD,
        Action.REJECT,
        "a request for confidential information, or a fraud",
        settings={
            "reject": whole(70, 1, 1000, "points from which a message is refused"),
            "quarantine": whole(45, 1, 1000, "points from which it is held"),
            "quarantine_new": whole(30, 1, 1000, "points from which it is held in an account's first seven days"),
            "base": whole(35, 0, 1000, "points of the text itself from which its history counts"),
            **{name: whole(points, 0, 1000, what) for name, (points, what) in evidence.WEIGHTS.items()},
        },
        built=phishing.Phishing,
    ),
)
