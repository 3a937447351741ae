"""What the benchmark sends: accounts, numbers and texts, all distinct, the same for the same seed. No I/O.

Repeated texts and numbers would flatter every cache on the way (a hundredfold in places), so each message
of a run has its own text, and sources and destinations come from pools of a stated size.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from . import wire

# Geographic area codes in service. Senders and recipients never share one: no recipient is on-net.
SENDER_AREAS = (416, 604, 403, 514, 613, 905, 250, 204, 306, 902, 506, 709, 418, 819, 780, 647, 705, 519, 807, 450)
RECIPIENT_AREAS = (212, 213, 305, 312, 404, 415, 503, 512, 602, 617, 702, 713, 718, 720, 786, 801, 813, 818, 917, 919)
# N11 and the exchanges that a network does not give to customers are left out.
EXCHANGES = tuple(n for n in range(200, 1000) if n % 100 != 11 and n not in (555, 950, 958, 959, 976, 988))
BLOCK = 10_000  # numbers in one NPA-NXX
RECIPIENT_BLOCKS = 2_000  # recipients are spread over this many NPA-NXX, so that prefix tables see many keys

SENTENCES = (
    "your table is ready please come in when it suits you we have the report from monday and will call back "
    "after lunch bring the blue folder if the train runs late take a seat by the window our driver waits near "
    "gate seven with two boxes thanks for the photos they look great see you at the lake on sunday morning "
    "mind the dog he likes strangers the keys are under the third pot water the tomatoes twice a week and "
    "leave the small light on over the porch tell anna that her coat is still here and the cake was lovely"
)
WORDS = SENTENCES.split()
# As many words again and again as people use: made up, so that no rule knows them and no two texts share many pairs
# of neighbours (the campaign detector would take them for copies of one another, and rightly so).
_SYLLABLES = "ba do fi gu ka le mo ni po ra se ti vu wa ze lan mer nor pel rin sol tan vel win"
SYLLABLES = _SYLLABLES.split()
RARE = [first + second + third for first in SYLLABLES for second in SYLLABLES for third in SYLLABLES[:6]]
# What businesses send all day: one text, other digits.
TEMPLATES = (
    "Your verification code is {:06d}. It expires in 10 minutes. Do not share it with anyone.",
    "Reminder: your appointment is on Tuesday at {:d}:{:02d}. Reply C to confirm or call us to change it.",
    "Order {:07d} has left our warehouse and arrives tomorrow between {:d} and {:d} o'clock.",
    "Meter reading {:06d} was received, thank you. The next one is due on day {:d} of next month.",
    "Ticket {:06d}: a technician is on the way and will be with you in about {:d} minutes.",
    "Table for {:d} at {:d} is booked. Please tell us if you come later than ten minutes past.",
    "Pump station {:d}: level {:d} cm, flow {:d} litres a second, no action needed.",
    "Your parcel {:07d} waits at the desk until day {:d}. Bring this message and your card.",
)


@dataclass(frozen=True)
class Population:
    """The customers of a run. Account i owns `blocks` whole NPA-NXX; it sends from its first `senders` numbers.

    `recipients` is the size of the pool all accounts write to. `contacts` > 0 gives every sender that many
    fixed recipients (a pair table then has an upper size); 0 pairs them freely.
    """

    accounts: int = 10
    blocks: int = 1
    senders: int = BLOCK
    recipients: int = 10_000_000
    contacts: int = 0

    def system_id(self, account: int) -> str:
        """The system_id and the name of account number `account`."""
        return f"acct{account:05d}"

    def ranges(self, account: int) -> list[str]:
        """What account number `account` owns, as the conf writes ranges."""
        first = account * self.blocks
        return [
            f"+{block_number(SENDER_AREAS, block, 0)}..+{block_number(SENDER_AREAS, block, BLOCK - 1)}"
            for block in range(first, first + self.blocks)
        ]

    def sender(self, account: int, index: int) -> int:
        """The E.164 number of sender `index` (0 <= index < senders) of account number `account`."""
        block, line = divmod(index, BLOCK)
        return block_number(SENDER_AREAS, account * self.blocks + block, line)

    def recipient(self, index: int) -> int:
        """The E.164 number of recipient `index` (0 <= index < recipients)."""
        line, block = divmod(index, RECIPIENT_BLOCKS)
        return block_number(RECIPIENT_AREAS, block, line)


def block_number(areas: tuple[int, ...], block: int, line: int) -> int:
    """Number `line` of the NPA-NXX number `block` of `areas`. Raises IndexError where the areas are used up."""
    area, exchange = divmod(block, len(EXCHANGES))
    return 10_000_000_000 + areas[area] * 10_000_000 + EXCHANGES[exchange] * BLOCK + line


def texts(seed: int, templates: bool = False) -> Iterator[bytes]:
    """Texts for ever, 120 to 150 GSM characters (the ASCII ones, so one octet each), distinct in their words.

    With `templates` those of `TEMPLATES`, which differ in their digits alone.
    """
    rng = random.Random(seed)
    choice, randrange = rng.choice, rng.randrange
    for number in range(1 << 62):
        if templates:
            template = TEMPLATES[number % len(TEMPLATES)]
            yield template.format(randrange(1, 999_999), randrange(1, 24), randrange(1, 59)).encode("ascii")
            continue
        words = [choice(WORDS) if position & 1 else choice(RARE) for position in range(28)]
        words[14] = f"{number:07d}"
        yield " ".join(words)[: randrange(120, 150)].encode("ascii")


def submissions(
    people: Population, account: int, made: Iterator[bytes], sequence: int, seed: int, receipts: bool
) -> Iterator[bytes]:
    """submit_sm PDUs of one bind, numbered from `sequence`, texts from `made`; the numbers at random."""
    rng = random.Random(seed)
    for text in made:
        sender = int(rng.random() * people.senders)
        if people.contacts:
            recipient = (sender * 7919 + account * 104_729 + int(rng.random() * people.contacts)) % people.recipients
        else:
            recipient = int(rng.random() * people.recipients)
        yield _submission(people, account, sender, recipient, sequence, text, receipts)
        sequence = wire.following(sequence)


def walk(
    people: Population, account: int, made: Iterator[bytes], sequence: int, share: tuple[int, int]
) -> Iterator[bytes]:
    """Like `submissions`, but every sender of the account once, each with a recipient of its own.

    `share` = (n, of): the account is number n of `of`, and takes every `of`th recipient.
    """
    position, of = share
    for sender in range(people.senders):
        recipient = (sender * of + position) % people.recipients
        yield _submission(people, account, sender, recipient, sequence, next(made), False)
        sequence = wire.following(sequence)


def _submission(
    people: Population, account: int, sender: int, recipient: int, sequence: int, text: bytes, receipts: bool
) -> bytes:
    return wire.short_message(
        wire.SUBMIT_SM,
        sequence,
        b"%d" % people.sender(account, sender),
        b"%d" % people.recipient(recipient),
        text,
        registered_delivery=int(receipts),
    )
