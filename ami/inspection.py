"""What an Asterisk is and what our user may do on it, found without changing anything: for `smsedge check`.

Seen on Asterisk 22.10.1 with `read = user`, `write = originate,reporting`:

* allowed by `originate`: Originate (of the applications that start a shell: refused, "Originate Access Forbidden");
* allowed by `reporting`: DBGet, DBGetTree, CoreSettings, CoreStatus, CoreShowChannels, ShowDialPlan, Getvar, Status,
  DeviceStateList, ExtensionState, MailboxCount, PJSIPQualify, PJSIPRegister, PJSIPUnregister, LoggerRotate;
* allowed to anyone who logs in: Ping, ListCommands, Challenge, Events, WaitEvent, Logoff, and the Bridge* actions;
* denied ("Permission denied"): Command, DBPut, DBDel, MessageSend, Redirect, Setvar, PJSIPShowEndpoints, UserEvent.

Getvar with `reporting` reads any dialplan function: AST_CONFIG(manager.conf,USER,secret) shows every manager's secret
to this user. DB, DB_DELETE and SHELL are refused to it unless asterisk.conf says `live_dangerously = yes`.
That events are received at all (`read = user`) no answer tells: originate Local/<an unused sid>@sms-discard/n and wait
for SmsDiscarded with status GONE; that proves Originate, the dialplan and the events in one, and changes nothing.
"""

import re
from dataclasses import dataclass

from ami.action import Action
from ami.errors import Refused, UnsafeAction
from ami.manager import Manager

_PRIVILEGES = re.compile(r"\(Priv: [^)]*\)\s*$")
_PLAIN = re.compile(r"[A-Za-z0-9_.@+-]+")


@dataclass(frozen=True, slots=True)
class Versions:
    """`asterisk` ("22.10.1+dfsg..."), `ami` ("11.0.0"), `started` and `reloaded` in Asterisk's local time
    ("2026-11-25 21:56:07")."""

    asterisk: str
    ami: str
    started: str
    reloaded: str


@dataclass(frozen=True, slots=True)
class Step:
    """One priority of a dialplan extension; for an include or a switch `application` is "" and `included` names it."""

    extension: str
    priority: str
    application: str
    data: str
    included: str


async def versions(manager: Manager) -> Versions:
    """By CoreSettings and CoreStatus. Both need `write = reporting` (or system). Raises as `Manager.request`."""
    settings = await manager.request(Action("CoreSettings"))
    status = await manager.request(Action("CoreStatus"))
    return Versions(
        settings.get("AsteriskVersion"),
        settings.get("AMIversion"),
        f"{status.get('CoreStartupDate')} {status.get('CoreStartupTime')}".strip(),
        f"{status.get('CoreReloadDate')} {status.get('CoreReloadTime')}".strip(),
    )


async def permitted(manager: Manager) -> frozenset[str]:
    """The names of all actions that our user may execute ("Originate", "DBGetTree" ...), by ListCommands, which lists
    no others and itself needs no privilege. Raises as `Manager.request`.
    """
    packet = await manager.request(Action("ListCommands"))
    return frozenset(name for name, value in packet.items() if _PRIVILEGES.search(value))


async def dialplan(manager: Manager, context: str) -> tuple[Step, ...]:
    """The steps of a context in order, empty when there is no such context. Needs `write = reporting` (or config).

    Raises UnsafeAction, and as `Manager.collect`.
    """
    action = Action("ShowDialPlan", (("Context", _plain(context)),))
    names = ("Extension", "Priority", "Application", "AppData", "IncludeContext", "Switch")
    try:
        listing = await manager.collect(action, "ListDialplan", "ShowDialPlanComplete", names)
    except Refused as error:
        if error.said.startswith("Did not find context"):
            return ()
        raise
    return tuple(
        Step(extension, priority, application, data, context or switch)
        for extension, priority, application, data, context, switch in listing.rows
    )


async def variable(manager: Manager, expression: str) -> str:
    """The value of a global variable or of a dialplan function, "" for an unknown one. By Getvar, which needs
    `write = reporting` (or call). Asterisk refuses functions that are dangerous to read, and answers others with "".

    Raises UnsafeAction, and as `Manager.request`.
    """
    return (await manager.request(Action("Getvar", (("Variable", expression),)))).get("Value")


async def endpoint(manager: Manager, name: str, option: str) -> str:
    """An option of a PJSIP endpoint ("message_context", "context", "aors"), "" when there is no such endpoint."""
    return await variable(manager, f"PJSIP_ENDPOINT({_plain(name)},{_plain(option)})")


def _plain(name: str) -> str:
    if not _PLAIN.fullmatch(name):
        raise UnsafeAction("the name of a context, endpoint or option is letters, digits and _ . @ + -")
    return name
