"""Pornographic or objectionable images: what cannot be examined is not let pass (policy.md A.7, R-UNSCANNABLE)."""

from edge.core.inventory import Inventory
from edge.core.media import Fault, MediaKind
from edge.core.submission import Submission
from edge.core.verdict import Action, Hit
from edge.policy.rule import BOTH_WAYS, Check, RuleSettings
from edge.policy.signals.pictures import MEDIA
from edge.policy.state import PolicyState

FAULTS = tuple(fault.value.upper() for fault in Fault)


class ImageUnscannable(Check):
    """`image-unscannable`, with the fault as sub-rule: image-unscannable/bomb ...

    What is built to harm, or is not what it says, is refused; what may be an accident is held for a person. What
    nobody here looks into though it is carried (documents) is flagged.
    """

    directions = BOTH_WAYS
    content = True
    needs = MEDIA

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.refused: frozenset[str] = settings.values["refused"]

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """The worst fault of the message and its parts decides."""
        media = submission.media
        if media is None:
            return None
        found = [(media.fault, media.detail, "")] if media.fault is not None else []
        found += [(item.fault, item.detail, item.path) for item in media.items if item.fault is not None]
        if not found:
            closed = any(item.kind is MediaKind.DOCUMENT for item in media.items)
            return self.flagged(self.hit("a document that is not looked into", sub="document")) if closed else None
        fault, detail, path = min(found, key=lambda each: each[0].value.upper() not in self.refused)
        refuse = fault.value.upper() in self.refused
        where = f"part {path}: " if path else ""
        says = f"{where}{fault.value}{f', {detail}' if detail else ''}"
        return self.hit(says, len(found), sub=fault.value, action=Action.REJECT if refuse else None)

    def weigh(self, submission: Submission, state: PolicyState, now: float) -> tuple[tuple[str, float], ...]:
        """How many parts have which fault."""
        media = submission.media
        if media is None:
            return ()
        faults = [item.fault.value for item in media.items if item.fault is not None]
        faults += [media.fault.value] if media.fault is not None else []
        return tuple((fault, float(faults.count(fault))) for fault in dict.fromkeys(faults))
