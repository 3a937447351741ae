"""What the edge has an Asterisk do: a context run by an Originate, and the event that says how it ended.

Every edge hears every event, so an order bears a token of its own (`BY`) and only the event with that token is its
answer: of two edges that discard the same message one is told OK, the other GONE, and only the first goes on.
"""

import asyncio
import secrets
from base64 import b64encode
from collections.abc import Mapping
from itertools import count

from ami.errors import AmiError, NotSent, Unanswered
from ami.events import Event, SmsDelivered, SmsDiscarded, SmsReleased, SmsSeen, SmsSettled
from ami.manager import Manager

PATIENCE = 10.0  # seconds from an order to its event; 6 to 20 ms is usual, and a lock is waited for 3 s at most
PIECE = 900  # characters of base64 in one variable: a manager line holds 1,024 octets
PIECES = 4
TEXT_LONGEST = PIECE * PIECES // 4 * 3  # octets of one text to an endpoint

Key = tuple[str, str]


class NotDone(Exception):
    """Asterisk took no order: nothing has changed, do it again later."""


class Lost(Exception):
    """The order went out and no answer came: whether it was done is not known. Ask again: that is harmless."""


class Orders:
    """The orders to one Asterisk. The callers bound how many there are."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self._prefix = f"e{secrets.token_hex(4)}n"
        self._numbers = count(1)
        self._waiting: dict[Key, asyncio.Future[Event]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def mine(self, by: str) -> bool:
        """Whether an event answers an order of this edge, an old one perhaps."""
        return by.startswith(self._prefix)

    def told(self, event: Event) -> bool:
        """Asterisk says how an order ended; whether somebody waits for that."""
        waiting = self._waiting.get(_key(event))
        if waiting is None or waiting.done():
            return False
        waiting.set_result(event)
        return True

    def cut(self) -> None:
        """The connection is gone, and with it the answers."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(Lost("the connection was cut"))

    # -- orders --------------------------------------------------------------------------------

    async def release(self, sid: str, route: str, to: str = "") -> str:
        """Send a held message to the PJSIP endpoint `route`, to another number than dialled where `to` says so."""
        more = {"__TO": to} if to else {}
        event = await self._by_token(sid, "sms-release", {"__ROUTE": route, **more})
        assert isinstance(event, SmsReleased)
        return event.status

    async def discard(self, sid: str) -> str:
        """Take a message out of the spool; OK: by this edge, which now has the only copy."""
        event = await self._by_token(sid, "sms-discard", {})
        assert isinstance(event, SmsDiscarded)
        return event.status

    async def seen(self, sid: str) -> str:
        """Let go of a text to an emergency number that is on record."""
        event = await self._ask(("seen", sid), f"{sid}@sms-seen", {})
        assert isinstance(event, SmsSeen)
        return event.status

    async def settle(self, sid: str, action: str) -> str:
        """`requeue` or `forget` what a crash left in flight."""
        event = await self._ask(("settled", sid), f"{sid}@sms-settle", {"__ACTION": action})
        assert isinstance(event, SmsSettled)
        return event.status

    async def deliver(self, kind: str, id: str, endpoint: str, source: str, to: str, text: bytes) -> tuple[str, str]:
        """Send a text (`kind` mo or notice) to an endpoint; the status, and what was known of the id before."""
        encoded = b64encode(text).decode()
        pieces = {f"__B{turn}": encoded[at : at + PIECE] for turn, at in enumerate(range(0, len(encoded), PIECE), 1)}
        variables = {"__ENDPOINT": endpoint, "__FROM": source, "__TO": to, "__OCTETS": str(len(text)), **pieces}
        event = await self._ask((kind, id), f"{id}@sms-{kind}", variables)
        assert isinstance(event, SmsDelivered)
        return event.status, event.was

    async def _by_token(self, sid: str, context: str, variables: Mapping[str, str]) -> Event:
        token = f"{self._prefix}{next(self._numbers)}"
        return await self._ask(("by", token), f"{sid}@{context}", {**variables, "__BY": token})

    async def _ask(self, key: Key, where: str, variables: Mapping[str, str]) -> Event:
        """Raises NotDone (nothing happened) or Lost (nobody knows)."""
        if key in self._waiting:
            raise NotDone("the same is under way")
        waiting: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        self._waiting[key] = waiting
        try:
            async with asyncio.timeout(PATIENCE):
                await self._manager.originate(f"Local/{where}/n", variables)
                return await waiting
        except TimeoutError as error:
            raise Lost(f"no answer in {PATIENCE:g} s") from error
        except NotSent as error:
            raise NotDone(str(error)) from error
        except Unanswered as error:
            raise Lost(str(error)) from error
        except AmiError as error:  # refused: it was not done, and asking again will not help soon
            raise NotDone(str(error)) from error
        finally:
            del self._waiting[key]
            if waiting.done() and not waiting.cancelled():
                waiting.exception()  # looked at, so that nobody warns of it


def _key(event: Event) -> Key:
    if isinstance(event, SmsReleased | SmsDiscarded):
        return "by", event.by
    if isinstance(event, SmsDelivered):
        return event.kind, event.id
    if isinstance(event, SmsSettled):
        return "settled", event.sid
    return "seen", event.sid
