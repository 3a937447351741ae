"""`decide` by itself: the shipped conf, distinct texts and numbers, the time of every single call."""

import gc
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import perf_counter

from edge.config.loading import load
from edge.core.account import Account
from edge.core.inventory import Inventory
from edge.core.submission import Body, Channel, Direction, Operation, Submission
from edge.policy.engine import compile_ruleset, decide
from edge.policy.signals.numbers import identify
from edge.policy.state import PolicyState

from . import workload

CONF = Path(__file__).parents[2] / "conf"
WARM = 2000
ACCOUNT = Account("bench", brand="Bench", country="CA", numbers=((14160000000, 14169999999),), opened=1.0)
# What people and businesses write: short and long, with links, accents and emoji; filled in anew each time.
EVERYDAY = (
    "Hi {w}, are we still on for {w} at {n}?",
    "Your order {n} has shipped and arrives on {w}. Track it at https://{w}.example/t/{n}",
    "ok",
    "Running late, traffic is terrible near {w}. See you at {n}:15!",
    "{w} Dental: reminder of your appointment on {w} at 9:{n}. Reply C to confirm or call 416-555-0101.",
    "Bonne fête {w}! On se voit à {n} h chez {w} avec les {w} 🎉",
    "The {w} {w} is {w}, bring {w} and {w} and don't forget the {w}. Call me when you leave, I'm at {w} until {n}.",
    "Invoice {n} for $ {n}.50 is due on {w}. Thank you for your business.",
    "Привет, {w}, завтра в {n}, не забудь {w}",
    "can you believe what {w} said about {w}?? i was like no way lol {w} {w} {w}",
)


def everyday(seed: int) -> Iterator[str]:
    """Everyday texts for ever, distinct."""
    rng = random.Random(seed)
    while True:
        words = iter(lambda: rng.choice(workload.WORDS + workload.RARE[:400]), None)
        text = rng.choice(EVERYDAY)
        while "{w}" in text:
            text = text.replace("{w}", next(words), 1)  # type: ignore[call-overload]
        yield text.replace("{n}", str(rng.randrange(1, 9999)))


def measured(count: int) -> dict[str, list[float]]:
    """Sorted seconds of `count` calls each, by kind of text."""
    return {
        "distinct words": _timed((text.decode() for text in workload.texts(5)), count),
        "everyday texts": _timed(everyday(5), count),
    }


def _timed(texts: Iterator[str], count: int) -> list[float]:
    loaded = load(CONF, {})
    settings = {rule.id: rule.settings for rule in loaded.ruleset.rules}
    ruleset = compile_ruleset(settings, "bench", Inventory((ACCOUNT,)))
    state = PolicyState()
    submissions = list(islice(_submissions(texts), count + WARM))
    gc.collect()
    gc.freeze()
    times = []
    now = 1000.0
    for submission in submissions:
        now += 0.5
        begun = perf_counter()
        decide(ruleset, state, submission, now)
        times.append(perf_counter() - begun)
    gc.unfreeze()
    return sorted(times[WARM:])


def _submissions(texts: Iterator[str]) -> Iterator[Submission]:
    rng = random.Random(7)
    for text in texts:
        source = identify(f"+1416{rng.randrange(2_200_000, 2_999_999)}", 1, 1, 1)
        destination = identify(f"+1905{rng.randrange(2_200_000, 2_999_999)}", 1, 1, 1)
        yield Submission(
            Channel.SMPP,
            Direction.MT,
            Operation.SUBMIT,
            ACCOUNT,
            ACCOUNT.name,
            ACCOUNT.name,
            source,
            destination,
            Body(text, text.encode("utf-8")),
        )
