"""Pornographic or objectionable images: pictures that are on a list (policy.md A.7, R-HASH-NEAR and R-HASH-CSAM)."""

from collections.abc import Iterable, Sequence

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from edge.core.inventory import Inventory
from edge.core.media import Media, MediaItem
from edge.core.submission import Submission
from edge.core.verdict import Action, Hit
from edge.policy.rule import BOTH_WAYS, Check, Checker, Mode, OnError, RuleSettings
from edge.policy.signals.pictures import MEDIA
from edge.policy.state import PolicyState

EXACT_DIGITS, NEAR_DIGITS = 64, 16
"""Hexadecimal digits of a SHA-256, and of a perceptual hash."""
APART = 64  # in how many bits two hashes can differ
# In a mirrored picture every second column of frequencies changes its sign, and with it nearly always its bit.
MIRRORED = 0x5555555555555555
CHILD_SAFETY = "child-safety"
# The others, gravest first: how the rule's sub-rules and the settings are called, and what is said.
LISTS = (
    ("court", "court", "a picture that a court has barred"),
    ("blocked", "blocked", "a picture on the list of blocked ones"),
    ("watched", "watched", "a picture on the list of watched ones"),
)


class Hashes:
    """One list: SHA-256 hashes of files and perceptual hashes of pictures, in hexadecimal digits."""

    __slots__ = ("_exact", "_near")

    def __init__(self, entries: Iterable[str]) -> None:
        entries = list(entries)
        self._exact = frozenset(bytes.fromhex(entry) for entry in entries if len(entry) == EXACT_DIGITS)
        near = sorted(int(entry, 16) for entry in entries if len(entry) == NEAR_DIGITS)
        self._near: NDArray[np.uint64] = np.array(near, np.uint64)

    def __bool__(self) -> bool:
        return bool(self._exact) or bool(len(self._near))

    def distance(self, item: MediaItem) -> int:
        """In how many bits the nearest entry differs: 0 for the very file, `APART` where there is none to compare."""
        if item.sha256 in self._exact:
            return 0
        if not len(self._near) or not item.hashes:
            return APART
        sides = [np.uint64(each ^ mask) for each in item.hashes for mask in (0, MIRRORED)]
        return min(int(np.bitwise_count(self._near ^ side).min()) for side in sides)

    def nearest(self, media: Media) -> int:
        """The same over all parts of a message."""
        return min((self.distance(item) for item in media.items), default=APART)


class ImageHash(Check):
    """`image-hash`, with the sub-rules court, blocked and watched (which only flags)."""

    directions = BOTH_WAYS
    content = True
    needs = MEDIA

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.limit: int = settings.values["distance"]
        self.lists = [(Hashes(settings.values[name]), sub, says) for name, sub, says in LISTS]

    def parts(self) -> Sequence[Checker]:
        """Child safety is a question of its own, whatever the rule is tuned to."""
        return ChildSafety(self.settings, self.inventory), self

    def idle(self) -> bool:
        """Without lists there is nothing to compare with."""
        return not any(hashes for hashes, _, _ in self.lists)

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse what is on a list, or nearly."""
        media = submission.media
        if media is None:
            return None
        for hashes, sub, says in self.lists:
            distance = hashes.nearest(media) if hashes else APART
            if distance <= self.limit:
                hit = self.hit(says, distance, self.limit, sub=sub)
                return self.flagged(hit) if sub == "watched" else hit
        return None

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Bits that differ from the nearest entry, against those that may. Less is worse."""
        media = submission.media
        if media is None:
            return 0.0, 0.0, ""
        return min(hashes.nearest(media) for hashes, _, _ in self.lists), self.limit, ""

    def scale(self, submission: Submission, state: PolicyState, now: float) -> tuple[tuple[str, float, float], ...]:
        """The same for each list that is not empty."""
        media = submission.media
        if media is None:
            return ()
        return tuple((sub, hashes.nearest(media), self.limit) for hashes, sub, _ in self.lists if hashes)


class ChildSafety(Check):
    """`image-hash/child-safety`: refused in every mode, and the account is suspended (see `edge.policy.ladder`).

    The verdict never holds, flags or drops: what is held might be shown, and let go. The detail names no picture.
    """

    directions = BOTH_WAYS
    content = True
    needs = MEDIA

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(replace(settings, mode=Mode.ENFORCE, on_error=OnError.DENY, action=Action.REJECT), inventory)
        self.limit: int = settings.values["distance"]
        self.hashes = Hashes(settings.values["child_safety"])

    def idle(self) -> bool:
        """Without a list there is nothing to compare with."""
        return not self.hashes

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse what is on the list, or nearly."""
        media = submission.media
        distance = self.hashes.nearest(media) if media is not None else APART
        if distance > self.limit:
            return None
        return self.hit("a match on the child-safety list", distance, self.limit, sub=CHILD_SAFETY)

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Bits that differ from the nearest entry, against those that may. Less is worse."""
        media = submission.media
        return (self.hashes.nearest(media), self.limit, "") if media is not None else (0.0, 0.0, "")

    def scale(self, submission: Submission, state: PolicyState, now: float) -> tuple[tuple[str, float, float], ...]:
        """The same, under its name."""
        media = submission.media
        return ((CHILD_SAFETY, self.hashes.nearest(media), self.limit),) if media is not None else ()
