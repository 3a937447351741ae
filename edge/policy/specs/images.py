"""Pornographic or objectionable images. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.images import links
from edge.policy.specs.make import CLOSED, rule
from edge.policy.values import words

RULES = (
    rule(
        "adult-link",
        Clause.IMAGES,
        Action.REJECT,
        "a link to adult content",
        settings={
            "hosts": words((), "hosts and domains that are adult, beside the shipped list"),
            "except": words((), "hosts and domains that are not, whatever they are called"),
        },
        built=links.AdultLink,
    ),
    rule("image-hash", Clause.IMAGES, Action.REJECT, "a picture that is not allowed", CLOSED),
    rule("image-unscannable", Clause.IMAGES, Action.QUARANTINE, "a picture that cannot be examined", CLOSED),
    rule("image-content", Clause.IMAGES, Action.REJECT, "an objectionable picture"),
)
