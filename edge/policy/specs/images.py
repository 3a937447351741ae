"""Pornographic or objectionable images. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.specs.make import CLOSED, rule

RULES = (
    rule("adult-link", Clause.IMAGES, Action.REJECT, "a link to adult content"),
    rule("image-hash", Clause.IMAGES, Action.REJECT, "a picture that is not allowed", CLOSED),
    rule("image-unscannable", Clause.IMAGES, Action.QUARANTINE, "a picture that cannot be examined", CLOSED),
    rule("image-content", Clause.IMAGES, Action.REJECT, "an objectionable picture"),
)
