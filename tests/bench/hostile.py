"""`python -m tests.bench.hostile`: what an attacker's texts cost through the whole of `decide`, the worst of each.

Each attack comes as a single message, as a message of 255 parts, as 16 parts of 4 KB (SAR with message_payload), and as
a payload of 64 KB. No two texts are the same. Rules ask as the shipped conf says, and once more with all of them in
monitor mode, so that a refusal of the first parts cannot hide what the later ones would have cost. CPU time of the
thread; of several rounds the median, part by part, which leaves out what the machine did meanwhile.
"""

import argparse
import gc
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import thread_time

from msgspec.structs import replace

from edge.config.loading import load
from edge.core.account import Account
from edge.core.inventory import Inventory
from edge.core.submission import Body, Channel, Direction, Operation, Submission
from edge.policy.engine import Ruleset, compile_ruleset, decide
from edge.policy.rule import Mode
from edge.policy.signals.numbers import identify
from edge.policy.signals.patterns import prepare
from edge.policy.state import PolicyState

from . import workload

CONF = Path(__file__).parents[2] / "conf"
ACCOUNT = Account("bench", brand="Bench", country="CA", numbers=((14160000000, 14169999999),), opened=1.0)
PDU_LIMIT, PAYLOAD_LIMIT = 1000.0, 2000.0  # microseconds
SMALL, LARGE = 134, 64_000  # octets of a part, and of a payload
PARTS, LARGE_PARTS, LARGE_PART = 255, 16, 4096

LETTERS = "abcdefghijklmnopqrstuvwxyz"
CYRILLIC = str.maketrans("aeopcxyi", "аеорсхуі")
LEET = str.maketrans("aeiost", "43105$")
BOLD = {ord(letter): chr(0x1D41A + at) for at, letter in enumerate(LETTERS)}
WIDE = {ord(letter): chr(0xFF41 + at) for at, letter in enumerate(LETTERS)}
_LURES = "account verify password urgent payment suspended confirm parcel delivery refund"
WORDS = tuple(dict.fromkeys((*workload.WORDS, *_LURES.split())))
BRANDS = ("paypal", "canada post", "netflix", "amazon", "apple", "cra", "interac", "rbc", "chase", "fedex")
LABELS = tuple(brand.replace(" ", "") for brand in BRANDS)
HIDDEN = ("hxxp://{}.com", "{} dot com", "{}[.]com", "{} . com", "{}。com")
# What rules look at closely, to be strewn over a text.
CALLS = (
    "I will kill you", "you are dead", "kill yourself", "I know where you live", "stop texting me", "send me the code",
    "verify your account", "your parcel is on hold", "he said", "50% off", "shop now", "call 911", "text this number",
    "diagnosis", "my password is", "gift card", "bitcoin", "unsubscribe", "want to die", "you won a prize", "escort",
    "never ask", "is this a scam", "pay now", "last chance", "vote for", "SIN 046 454 286", "4111 1111 1111 1111",
    "GB82 WEST 1234 5698 7654 32", "416-555-0142", "code 482913", "\"", "not", "if", "we'll post your photos",
)  # fmt: skip


def word(rng: random.Random) -> str:
    """A word, now and then one that nobody knows."""
    return rng.choice(WORDS) if rng.random() < 0.8 else noise(rng, 4, 10)


def noise(rng: random.Random, least: int, most: int) -> str:
    """Letters without sense."""
    return "".join(rng.choices(LETTERS, k=rng.randint(least, most)))


def host(rng: random.Random) -> str:
    """A host that was never seen."""
    return f"{noise(rng, 6, 12)}.{rng.choice(('com', 'xyz', 'top', 'ca', 'info', 'co.uk'))}"


def mixed(rng: random.Random, many: bool) -> str:
    """A word of two scripts."""
    plain = noise(rng, 5, 9) if many else word(rng)
    cut = rng.randrange(1, len(plain) + 1)
    return plain[:cut] + plain[cut:].translate(CYRILLIC) + ("а" if plain.isascii() else "")


def stretched(rng: random.Random) -> str:
    """Letters that come several times in a row."""
    return "".join(letter * rng.choice((1, 1, 3, 4)) for letter in word(rng))


def zalgo(rng: random.Random) -> str:
    """Marks stacked on every letter."""
    return "".join(letter + "".join(chr(rng.randrange(0x300, 0x370)) for _ in range(3)) for letter in word(rng))


ATTACKS: dict[str, Callable[[random.Random], str]] = {
    "plain words": word,
    "words nobody knows": lambda rng: noise(rng, 2, 12),
    "letters of words, spaced": lambda rng: " ".join(word(rng)),
    "letters without sense, spaced": lambda rng: rng.choice(LETTERS),
    "letters spaced, words by wider gaps": lambda rng: " ".join(word(rng)) + " ",
    "letters and leet, spaced": lambda rng: " ".join(word(rng).translate(LEET)),
    "words dotted": lambda rng: ".".join(word(rng)),
    "leet": lambda rng: word(rng).translate(LEET) + rng.choice(("", "1", "11")),
    "leet of ones": lambda rng: "".join(rng.choice("1l1tr") for _ in range(9)),
    "stretched": stretched,
    "two scripts in a word": lambda rng: mixed(rng, False),
    "two scripts in words nobody knows": lambda rng: mixed(rng, True),
    "two scripts, and foreign words": lambda rng: rng.choice((mixed(rng, True), "привет", "щи")),
    "two scripts, spaced": lambda rng: " ".join(mixed(rng, False)),
    "styled letters": lambda rng: word(rng).translate(BOLD),
    "full-width letters": lambda rng: word(rng).translate(WIDE),
    "stacked marks": zalgo,
    "invisible characters": lambda rng: "\u200b".join(word(rng)),
    "turned around": lambda rng: "\u202e" + word(rng)[::-1] + "\u202c",
    "all of Unicode": lambda rng: "".join(chr(rng.choice((rng.randrange(0xA0, 0xD800), 0x1F500))) for _ in range(7)),
    "links": lambda rng: f"https://{host(rng)}/{noise(rng, 1, 3)}",
    "hosts": host,
    "hosts of many labels": lambda rng: ".".join(noise(rng, 1, 4) for _ in range(9)) + ".com/a",
    "hosts like brands": lambda rng: f"{rng.choice(LABELS)}-{noise(rng, 2, 6)}-{rng.choice(LABELS)}.top",
    "hosts in two scripts": lambda rng: f"{mixed(rng, True)}.com",
    "hosts in punycode": lambda rng: f"xn--{noise(rng, 5, 12)}-{noise(rng, 3, 5)}.com",
    "links hidden": lambda rng: rng.choice(HIDDEN).format(noise(rng, 5, 9)),
    "links, letters spaced": lambda rng: " ".join(host(rng)),
    "addresses": lambda rng: ".".join(str(rng.randrange(256)) for _ in range(4)) + "/a",
    "dots": lambda rng: noise(rng, 2, 5) + "." + noise(rng, 2, 5) + ".",
    "schemes": lambda rng: f"{noise(rng, 1, 4)}://",
    "brands": lambda rng: rng.choice(BRANDS).title() + rng.choice((":", "", " is", ",")),
    "digits": lambda rng: str(rng.randrange(10 ** rng.randint(3, 16))),
    "cards": lambda rng: " ".join(str(rng.randrange(1000, 9999)) for _ in range(4)),
    "telephone numbers": lambda rng: "({}) {}-55{}".format(*(rng.randrange(200, 999) for _ in range(3))),
    "what rules look at": lambda rng: rng.choice(CALLS),
    "what rules look at, among words": lambda rng: rng.choice((*CALLS, *map(str, WORDS[:40]))),
    "quotes and brackets": lambda rng: rng.choice("()[]{}<>\"'«»“”") * rng.randint(1, 9),
    "one letter": lambda rng: "a" * 30,
    "everything": lambda rng: ATTACKS[rng.choice(_NAMES)](rng),
}  # fmt: skip
_NAMES = [name for name in ATTACKS if name != "everything"]


def text_of(attack: str, seed: int, octets: int) -> tuple[str, str]:
    """(a text as long as fits into `octets`, the encoding it goes in)"""
    rng, make = random.Random(f"{attack} {seed}"), ATTACKS[attack]
    pieces: list[str] = []
    size = 0
    while size < octets:
        pieces.append(make(rng))
        size += len(pieces[-1]) + 1
    text = " ".join(pieces)
    if text.isascii():
        return text[:octets], "latin-1"
    return text.encode("utf-16-be")[: octets // 2 * 2].decode("utf-16-be", "ignore"), "utf-16-be"


def bodies(attack: str, seed: int, parts: int, octets: int) -> Iterator[Body]:
    """The parts of a message, `octets` in each."""
    text, encoding = text_of(attack, seed, parts * octets)
    room = octets if encoding == "latin-1" else octets // 2
    for part in range(parts):
        piece = text[part * room : part * room + room]
        yield Body(piece, piece.encode(encoding, "replace"), reference=seed & 255, part=part + 1, parts=parts)


def rulesets() -> tuple[Ruleset, Ruleset]:
    """As shipped, and with all in monitor mode that can be."""
    rules = load(CONF, {}).ruleset.rules
    inventory = Inventory((ACCOUNT,))
    shipped = {rule.id: rule.settings for rule in rules}
    watched = {
        name: replace(settings, mode=Mode.MONITOR)
        if settings.mode is Mode.ENFORCE and not settings.spec.enforce_only
        else settings
        for name, settings in shipped.items()
    }
    return compile_ruleset(shipped, "shipped", inventory), compile_ruleset(watched, "watched", inventory)


def message(body: Body, seed: int) -> Submission:
    """From one of our numbers to a subscriber."""
    rng = random.Random(seed)
    source = identify(f"+1416{rng.randrange(2_200_000, 2_999_999)}", 1, 1, 1)
    destination = identify(f"+1905{rng.randrange(2_200_000, 2_999_999)}", 1, 1, 1)
    return Submission(
        Channel.SMPP, Direction.MT, Operation.SUBMIT, ACCOUNT, "bench", "bench", source, destination, body
    )


def cost(ruleset: Ruleset, attack: str, seeds: range, parts: int, octets: int) -> list[float]:
    """Microseconds of each part, the median of one round for each seed."""
    rounds = []
    for seed in seeds:
        state, now = PolicyState(), 1000.0
        for body in bodies("plain words", seed, PARTS, 40):  # a new state is in no cache of the processor
            decide(ruleset, state, message(body, seed + 1), now)
        times = []
        for body in bodies(attack, seed, parts, octets):
            now += 0.05
            submission = message(body, seed)
            begun = thread_time()
            decide(ruleset, state, submission, now)
            times.append((thread_time() - begun) * 1e6)
        rounds.append(times)
    return [median(part) for part in zip(*rounds, strict=True)]


SHAPES = {
    "single": (1, 140, PDU_LIMIT),
    "255 parts": (PARTS, SMALL, PDU_LIMIT),
    "16 of 4 KB": (LARGE_PARTS, LARGE_PART, PDU_LIMIT),
    "64 KB": (1, LARGE, PAYLOAD_LIMIT),
}


def main() -> int:
    """The command: 0 if everything is within its limit."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.hostile", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="rounds, each with texts of its own (default 3)")
    parser.add_argument("--only", default="", help="attacks with this in their name")
    arguments = parser.parse_args()
    prepare()
    shipped, watched = rulesets()
    gc.freeze()
    gc.disable()
    for ruleset in (shipped, watched):
        cost(ruleset, "everything", range(3), PARTS, SMALL)
    print(f"{'microseconds a PDU, the dearest':<38}" + "".join(f"{name:>24}" for name in SHAPES))
    print(f"{'':<38}" + "  shipped / all monitored" * len(SHAPES))
    over = 0
    worst = dict.fromkeys(SHAPES, 0.0)
    for number, attack in enumerate(name for name in ATTACKS if arguments.only in name):
        line = f"{attack:<38}"
        for shape, (parts, octets, limit) in SHAPES.items():
            count = arguments.rounds * (1 if parts > 1 else 5)
            figures = []
            for first, ruleset in ((1000 * number, shipped), (1000 * number + 500, watched)):
                figures.append(max(cost(ruleset, attack, range(first, first + count), parts, octets)))
            worst[shape] = max(worst[shape], *figures)
            over += max(figures) > limit
            line += f"{figures[0]:>14,.0f} /{figures[1]:>6,.0f}  "
        print(line, flush=True)
    print(f"{'the worst':<38}" + "".join(f"{value:>22,.0f}  " for value in worst.values()))
    print(f"{'the limit':<38}" + "".join(f"{limit:>22,.0f}  " for _, _, limit in SHAPES.values()))
    return min(over, 1)


if __name__ == "__main__":
    sys.exit(main())
