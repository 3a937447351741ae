"""Pornographic or objectionable images: what a model sees in them.

policy.md A.7: R-NSFW, R-IMG-ILLEGAL, R-IMG-HATE.
"""

from collections.abc import Mapping
from typing import Any

from edge.core.inventory import Inventory
from edge.core.media import Media
from edge.core.submission import Submission
from edge.core.verdict import Action, Hit
from edge.policy.clauses.bulk.settings import Own
from edge.policy.looking import look
from edge.policy.rule import BOTH_WAYS, Check, RuleSettings
from edge.policy.signals.pictures import AT_READER, MEDIA, SALE
from edge.policy.signals.threats import EXPLICIT_THREAT, EXTORTION, HATE, SELF_HARM, STALKING, VIOLENCE
from edge.policy.state import PolicyState

# Words that are aimed at whoever reads them.
_AIMED = AT_READER | HATE | STALKING | VIOLENCE | EXPLICIT_THREAT | EXTORTION | SELF_HARM
OFFENCES = (("hate", "a symbol of hate"), ("gore", "gore"))


def scores_of(media: Media) -> dict[str, float]:
    """The highest score of each label over the parts."""
    best: dict[str, float] = {}
    for item in media.items:
        for label, score in item.scores:
            best[label] = max(score, best.get(label, 0.0))
    return best


class ImageContent(Check):
    """`image-content`, with the sub-rules nsfw, illegal, hate, gore; and `unscored`, where no model has looked.

    In both directions: the policy is about receiving too.
    """

    directions = BOTH_WAYS
    content = True
    needs = MEDIA

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.own = Own(settings)

    def limits(self, submission: Submission) -> Mapping[str, Any]:
        """The thresholds of the account that the message is of, whichever way it goes."""
        return self.own.of(submission.account.name if submission.account is not None else "")

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """The gravest first; what is unscored is said, and passes."""
        media = submission.media
        if media is None:
            return None
        scores, limits = scores_of(media), self.limits(submission)
        seen = look(submission, state, now).reading.flags
        hits = (self._nude(scores, limits), self._illegal(scores, limits, seen), *self._offence(scores, limits, seen))
        hit = min((hit for hit in hits if hit is not None), key=_mildness, default=None)
        if hit is None and media.unscored:
            return self.flagged(self.hit("unscored: no model has looked at it", sub="unscored"))
        return hit

    def _nude(self, scores: Mapping[str, float], limits: Mapping[str, Any]) -> Hit | None:
        score = scores.get("nsfw", 0.0)
        if score >= limits["reject"]:
            return self.hit("nudity or sexual acts", score, limits["reject"], sub="nsfw")
        if score >= limits["quarantine"]:
            return self.hit("nudity, perhaps", score, limits["quarantine"], sub="nsfw", action=Action.QUARANTINE)
        if score >= limits["flag"]:
            return self.flagged(self.hit("nudity, hardly", score, limits["flag"], sub="nsfw"))
        return None

    def _illegal(self, scores: Mapping[str, float], limits: Mapping[str, Any], seen: int) -> Hit | None:
        """Goods that may not be sold, and words that sell them. Owning, using or showing them is none."""
        score = scores.get("illegal", 0.0)
        if score < limits["illegal"] or not seen & SALE:
            return None
        return self.hit("goods that may not be sold, offered for sale", score, limits["illegal"], sub="illegal")

    def _offence(self, scores: Mapping[str, float], limits: Mapping[str, Any], seen: int) -> list[Hit | None]:
        """Held, for a museum may send it; refused where words aim it at the reader."""
        hits: list[Hit | None] = []
        for label, says in OFFENCES:
            score = scores.get(label, 0.0)
            if score < limits[label]:
                continue
            aimed = label == "hate" and seen & _AIMED
            detail = f"{says}, aimed at the recipient" if aimed else says
            hits.append(self.hit(detail, score, limits[label], sub=label, action=None if aimed else Action.QUARANTINE))
        return hits

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """The NSFW score against the limit of refusal; or that there is none."""
        if submission.media is None:
            return 0.0, 0.0, ""
        limit = self.limits(submission)["reject"]
        return scores_of(submission.media).get("nsfw", 0.0), limit, "unscored" if submission.media.unscored else ""

    def weigh(self, submission: Submission, state: PolicyState, now: float) -> tuple[tuple[str, float], ...]:
        """All scores."""
        return tuple(sorted(scores_of(submission.media).items())) if submission.media is not None else ()

    def scale(self, submission: Submission, state: PolicyState, now: float) -> tuple[tuple[str, float, float], ...]:
        """Each label's score against each of its thresholds."""
        media = submission.media
        if media is None:
            return ()
        scores, limits = scores_of(media), self.limits(submission)
        nude = [(f"nsfw/{what}", scores.get("nsfw", 0.0), limits[what]) for what in ("reject", "quarantine", "flag")]
        return (*nude, *((label, scores.get(label, 0.0), limits[label]) for label in ("illegal", "hate", "gore")))


_ORDER = (Action.REJECT, Action.DROP, Action.BOUNCE, Action.QUARANTINE, Action.THROTTLE, Action.REROUTE, Action.FLAG)


def _mildness(hit: Hit) -> int:
    return _ORDER.index(hit.action) if hit.action in _ORDER else len(_ORDER)
