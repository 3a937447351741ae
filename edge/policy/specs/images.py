"""Pornographic or objectionable images. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.images import content, links, listed, unscannable
from edge.policy.specs.make import CLOSED, rule
from edge.policy.values import hashes, share, some_of, whole, words

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
    rule(
        "image-hash",
        Clause.IMAGES,
        Action.REJECT,
        "a picture that is not allowed",
        CLOSED,
        settings={
            "blocked": hashes("pictures that are refused: SHA-256 hashes of files and perceptual hashes, in hex"),
            "court": hashes("the same, by order of a court"),
            "child_safety": hashes("the same, of child abuse: refused in every mode, the account is suspended"),
            "watched": hashes("the same, only flagged"),
            "distance": whole(10, 0, 16, "bits (of 64) by which a perceptual hash may differ from one of a list"),
        },
        built=listed.ImageHash,
    ),
    rule(
        "image-unscannable",
        Clause.IMAGES,
        Action.QUARANTINE,
        "a picture that cannot be examined",
        CLOSED,
        settings={
            "refused": some_of(
                unscannable.FAULTS, ("BOMB", "LIMIT", "MISMATCH", "TYPE"), "faults that are refused, not held"
            ),
        },
        built=unscannable.ImageUnscannable,
    ),
    rule(
        "image-content",
        Clause.IMAGES,
        Action.REJECT,
        "an objectionable picture",
        settings={
            "reject": share(0.85, "score for nudity from which a picture is refused"),
            "quarantine": share(0.60, "the same from which it is held"),
            "flag": share(0.50, "the same from which it is flagged"),
            "illegal": share(0.60, "score for goods that may not be sold, which words then offer for sale"),
            "hate": share(
                0.90, "score for symbols of hate from which it is held, or refused if aimed at the recipient"
            ),
            "gore": share(0.90, "score for gore from which it is held"),
        },
        built=content.ImageContent,
    ),
)
