"""`smsedge explain --mms`: what the workers see in a message of MM4, and every rule's word on it."""

import binascii
from base64 import b64decode
from time import monotonic
from typing import TYPE_CHECKING

from edge.app.desk import Desk
from edge.app.explaining import Answer, explained_submission
from edge.app.operations.asking import text_of
from edge.console.control import CommandError
from edge.core.media import Busy, Media, MediaItem

if TYPE_CHECKING:
    from edge.channels.mm4.service import Service

LONGEST = 3_000_000  # octets: as base64, what one line to the edge has room for


async def explained_mms(service: "Service | None", desk: Desk, request: Answer) -> Answer:
    """`mms` is the message in base64, `peer` who brings it, `to` its recipient. Raises CommandError.

    Looked at by the edge's own workers, in their turn. Counts nothing, keeps nothing, seals nothing.
    """
    if service is None:
        raise CommandError("the conf has no [mm4]: nobody here looks into messages")
    from edge.channels.mm4.supposing import Supposed

    content = _content(text_of(request, "mms"))
    try:
        supposed = Supposed(content, text_of(request, "to"))
        media = await service.examiner.examine(content)
        submission = supposed.submission(service, text_of(request, "peer"), media)
    except Busy:
        raise CommandError("too many messages wait to be looked at: try again") from None
    except ValueError as error:
        raise CommandError(str(error)) from error
    account = submission.account.name if submission.account is not None else ""
    told = explained_submission(desk, submission, monotonic())
    return {**told, "direction": submission.direction.value, "account": account, "media": _told(media)}


def _content(written: str) -> bytes:
    try:
        content = b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        raise CommandError("mms is not base64") from None
    if len(content) > LONGEST:
        raise CommandError(f"the message is longer than {LONGEST} octets")
    kept_as_text = b"\r\n" not in content[:1000]
    return content.replace(b"\n", b"\r\n") if kept_as_text else content


def _told(media: Media) -> Answer:
    return {
        "fault": media.fault.value if media.fault is not None else "",
        "detail": media.detail,
        "unscored": media.unscored,
        "parts": [_part(item) for item in media.items],
        "texts": [list(each) for each in media.texts],
    }


def _part(item: MediaItem) -> Answer:
    return {
        "path": item.path,
        "kind": item.kind.value,
        "type": item.type,
        "size": item.size,
        "sha256": item.sha256.hex(),
        "hashes": [f"{each:016x}" for each in item.hashes],
        "scores": {label: round(score, 4) for label, score in item.scores},
        "fault": item.fault.value if item.fault is not None else "",
        "detail": item.detail,
    }
