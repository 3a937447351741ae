"""What is recorded of messages for `smsedge replay`: what the rules knew; the text only where `record` is on.

Features stand in the audit beside the decision. Texts are sealed (AES-256-GCM) under `record.key` in the state
directory.
"""

import base64
from pathlib import Path

import msgspec
from msgspec.structs import replace

from edge.core.account import Account
from edge.core.conf import Conf
from edge.core.media import Media
from edge.core.submission import Body, Channel, Direction, Operation, Party, Submission
from edge.ledger.sealing import Seal, Unreadable, load_key
from edge.policy.signals.reading import Reading
from edge.policy.signals.record import Recorded, reading_of, record_of

KEY_NAME = "record.key"
BOUND_TO = b"smsedge record"
# Of the media of one message.
ITEMS_KEPT, HASHES_KEPT, TYPE_KEPT = 12, 12, 60


class Features(msgspec.Struct, omit_defaults=True, frozen=True):
    """A message as the rules saw it. Addresses are the decision's; these are their TON and NPI.

    `media` is what the examiner found in an MMS, without its texts and only of its first parts.
    """

    origin: str
    source_ton: int
    source_npi: int
    destination_ton: int
    destination_npi: int
    reading: Recorded
    octets: int = 0
    coding: int = 0
    reference: int = 0
    destinations: int = 1
    protocol_id: int = 0
    message_class: int | None = None
    receipt: bool = False
    body: str = ""
    key: str = ""
    media: Media | None = None


class Recorder:
    """Makes features for the accounts that are recorded. `wanted` says whether there is any."""

    def __init__(self, state: Path) -> None:
        self._key_file = state / KEY_NAME
        self._seal: Seal | None = None
        self._all = False
        self.wanted = False

    def adopt(self, conf: Conf) -> None:
        """From now on this conf says who is recorded. Raises LedgerError where the key cannot be read or made."""
        texts = self.unlock(conf)
        self._all = conf.audit.features
        self.wanted = self._all or texts

    def unlock(self, conf: Conf) -> bool:
        """Have the key ready where `conf` records texts; whether it does. Raises LedgerError."""
        texts = any(account.record for account in conf.accounts.values())
        if texts and self._seal is None:
            self._seal = load_key(self._key_file)
        return texts

    def features(self, submission: Submission, reading: Reading) -> Features | None:
        """What to keep of a message, None for nothing."""
        account = submission.account
        keeps_text = account is not None and account.record
        if not (self._all or keeps_text):
            return None
        source, destination, body = submission.source, submission.destination, submission.body
        sealed, key = self._sealed(body.text) if keeps_text else ("", "")
        return Features(
            submission.origin,
            source.ton,
            source.npi,
            destination.ton,
            destination.npi,
            record_of(reading),
            len(body.octets),
            body.coding,
            body.reference,
            submission.destinations,
            submission.protocol_id,
            submission.message_class,
            submission.receipt,
            sealed,
            key,
            media_of(submission.media),
        )

    def _sealed(self, text: str) -> tuple[str, str]:
        if self._seal is None:
            return "", ""
        sealed = self._seal.close(text.encode("utf-8", "surrogatepass"), BOUND_TO)
        return base64.b64encode(sealed).decode(), self._seal.name


def media_of(media: Media | None) -> Media | None:
    """Hashes, scores and faults of what was examined, within bounds: no texts, no details."""
    if media is None:
        return None
    items = tuple(
        replace(item, type=item.type[:TYPE_KEPT], hashes=item.hashes[:HASHES_KEPT], detail="")
        for item in media.items[:ITEMS_KEPT]
    )
    return Media(items, (), media.fault, "", media.unscored)


def text_of(features: Features, seal: Seal | None) -> str | None:
    """The recorded text, None where there is none or the key is not the one."""
    if not features.body or seal is None:
        return None
    try:
        return seal.open(base64.b64decode(features.body), BOUND_TO, features.key).decode("utf-8", "surrogatepass")
    except (Unreadable, ValueError):
        return None


def submission_of(
    features: Features,
    text: str | None,
    account: Account | None,
    channel: Channel,
    direction: Direction,
    operation: Operation,
    end_user: str,
    source: Party,
    destination: Party,
    part: int,
    parts: int,
) -> Submission:
    """The message again. Without its text it has the recorded reading, and a name that differs as the texts did."""
    reading = None if text is not None else reading_of(features.reading)
    words = text if text is not None else f"\0{features.reading.exact:016x}"
    body = Body(
        words, bytes(features.octets), features.coding, "", features.reference, part, parts, read=reading
    )  # fmt: skip
    return Submission(
        channel,
        direction,
        operation,
        account,
        features.origin,
        end_user,
        source,
        destination,
        body,
        features.destinations,
        features.protocol_id,
        features.message_class,
        features.receipt,
        media=features.media,
    )
