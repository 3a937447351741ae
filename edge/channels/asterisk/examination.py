"""A live Asterisk examined for `smsedge check --live`: what is missing for the edge to work. Nothing is changed."""

import asyncio
import re
from collections.abc import AsyncIterator
from time import monotonic

import msgspec

from ami.errors import AmiError
from ami.events import Event
from ami.inspection import Step, dialplan, endpoint, permitted, versions
from ami.manager import Manager, State
from ami.settings import Settings
from edge.channels.asterisk.orders import Lost, NotDone, Orders
from edge.core.conf import Asterisk, Conf

LOGIN = 10.0  # seconds
NEEDED = {"Originate": "originate", "DBGetTree": "reporting", "ShowDialPlan": "reporting", "Getvar": "reporting"}
TOO_MUCH = ("Command", "DBPut", "DBDel", "MessageSend", "Redirect", "Setvar", "UpdateConfig", "DialplanExtensionAdd")
CONTEXTS = (
    "sms-intake",
    "sms-release",
    "sms-discard",
    "sms-seen",
    "sms-settle",
    "sms-mo",
    "sms-notice",
    "sms-emergency",
)
NAMES_ITSELF = ("sms-release", "sms-discard")
"""Contexts whose event must say whose order it answers: without it two edges would both think a discard theirs."""
OLDEST = ((16, 26), (18, 12), (19, 4))
"""By the dialplan's functions (DB_KEYCOUNT and REPLACE of strings): 16.26, 18.12, 19.4, and all from 20 on."""
NOBODY = "1-0-000000"  # no message has this id
_VERSION = re.compile(r"(\d+)\.(\d+)")


class Finding(msgspec.Struct, frozen=True):
    """`good`: as it should be. Else the sentence says what is missing, and what to do; a `remark` is no mistake."""

    sentence: str
    good: bool = True
    remark: bool = False


async def examine(asterisk: Asterisk, conf: Conf) -> AsyncIterator[Finding]:
    """Everything that can be seen of one Asterisk, in the order of an installation."""
    waiting: list[Event] = []
    orders: Orders | None = None

    def told(event: Event) -> None:
        if orders is None or not orders.told(event):
            waiting.append(event)
            del waiting[:-10]

    settings = Settings(asterisk.name, asterisk.host, asterisk.port, asterisk.username, asterisk.secret)
    manager = Manager(settings, told)
    manager.start()
    try:
        deadline = monotonic() + LOGIN
        while manager.state not in (State.UP, State.REFUSED) and monotonic() < deadline:
            await asyncio.sleep(0.05)
        if manager.state is not State.UP:
            yield Finding(
                f"cannot log in as {asterisk.username} at {asterisk.host}:{asterisk.port}: {manager.reason}", False
            )
            return
        yield Finding(f"logged in as {asterisk.username} at {asterisk.host}:{asterisk.port}")
        orders = Orders(manager)
        async for finding in _all(manager, orders, asterisk, conf):
            yield finding
    except AmiError as error:
        yield Finding(f"the examination ended early: {error}", False)
    finally:
        await manager.stop()


async def _all(manager: Manager, orders: Orders, asterisk: Asterisk, conf: Conf) -> AsyncIterator[Finding]:
    allowed = await permitted(manager)
    missing = sorted({group for action, group in NEEDED.items() if action not in allowed})
    if missing:
        yield Finding(f"the manager user lacks write = {','.join(missing)} (manager-sms.conf)", False)
        return
    yield Finding("the manager user may originate and read the spool")
    surplus = [action for action in TOO_MUCH if action in allowed]
    if surplus:
        yield Finding(f"the manager user may do more than it needs: {', '.join(surplus)}", remark=True)
    yield _version((await versions(manager)).asterisk)
    steps = {name: await dialplan(manager, name) for name in CONTEXTS}
    for finding in _contexts(steps):
        yield finding
    for name, account in _endpoints(asterisk, conf):
        yield await _sender(manager, name, account)
    for trunk in asterisk.trunks:
        yield await _trunk(manager, trunk)
    if not asterisk.trunks:
        yield Finding("no trunks: all its messages go out by SMPP", remark=True)
    async for finding in _spool(manager):
        yield finding
    if steps["sms-discard"]:
        yield await _order(orders)


def _version(said: str) -> Finding:
    found = _VERSION.match(said)
    if found is None:
        return Finding(f"a version that cannot be read: {said[:40]!r}", remark=True)
    version = int(found[1]), int(found[2])
    good = version >= (20, 0) or any(version[0] == old[0] and version >= old for old in OLDEST)
    words = "" if good else ": the dialplan needs 16.26, 18.12, 19.4 or later"
    return Finding(f"Asterisk {said[:40]}{words}", good)


def _contexts(steps: dict[str, tuple[Step, ...]]) -> list[Finding]:
    gone = [name for name, found in steps.items() if not found]
    if gone:
        return [Finding(f"no dialplan context {', '.join(gone)} (extensions-sms.conf, then `dialplan reload`)", False)]
    old = [name for name in NAMES_ITSELF if not any("By: " in step.data for step in steps[name])]
    if old:
        return [
            Finding(f"the dialplan is older than this edge ({', '.join(old)}): copy extensions-sms.conf anew", False)
        ]
    numbers = sorted({step.extension for step in steps["sms-emergency"]})
    return [Finding(f"the dialplan is there; it answers texts to {', '.join(numbers[:12])} itself")]


def _endpoints(asterisk: Asterisk, conf: Conf) -> list[tuple[str, str]]:
    return [
        (one.name, account.name)
        for account in conf.accounts.values()
        for one in account.endpoints
        if one.asterisk == asterisk.name
    ]


async def _sender(manager: Manager, name: str, account: str) -> Finding:
    """An endpoint of an account must stand on its own context, which must be there."""
    context = await endpoint(manager, name, "message_context")
    if not context and not await endpoint(manager, name, "context"):
        return Finding(f"no PJSIP endpoint {name} (of account {account})", False)
    if context != f"sms-from-{name}":
        said = f"message_context = {context}" if context else "no message_context"
        return Finding(f"endpoint {name} has {said}: its messages are not held (want sms-from-{name})", False)
    if not await dialplan(manager, context):
        return Finding(f"no dialplan context {context} (a line in extensions-sms-local.conf)", False)
    return Finding(f"endpoint {name} of account {account}")


async def _trunk(manager: Manager, name: str) -> Finding:
    """A trunk takes no messages in; without a message_context they would run in the voice context."""
    context = await endpoint(manager, name, "message_context")
    if not context and not await endpoint(manager, name, "context"):
        return Finding(f"no PJSIP endpoint {name} (named in trunks)", False)
    if not context:
        return Finding(f"trunk {name} has no message_context: its messages run in your voice context (sms-none)", False)
    if context.startswith("sms-from-"):
        return Finding(f"trunk {name} may send messages as a customer (message_context = {context})", remark=True)
    return Finding(f"trunk {name}")


async def _spool(manager: Manager) -> AsyncIterator[Finding]:
    spool = await manager.db_tree("smsq")
    flying = await manager.db_tree("smsfly")
    yield Finding(f"the spool can be read: {len(spool.entries) + spool.left_out} messages held")
    if flying.entries:
        yield Finding(f"{len(flying.entries)} messages in flight: if that stays, `smsedge spool list`", remark=True)


async def _order(orders: Orders) -> Finding:
    """An order for a message that is not there: proves Originate, dialplan and events, and changes nothing."""
    try:
        status = await orders.discard(NOBODY)
    except NotDone as error:
        return Finding(f"an order was not taken: {error}", False)
    except Lost:
        return Finding("an order was not answered: read = user is missing, or the dialplan does not run", False)
    return Finding("orders are carried out, and their events are heard", status == "GONE")
