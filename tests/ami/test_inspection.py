"""What is found out about an Asterisk, by answers as 22.10.1 gives them."""

import pytest

from ami.errors import Denied, Refused, UnsafeAction
from ami.inspection import Step, Versions, dialplan, endpoint, permitted, variable, versions

from .fake import Call, Fake, Headers, value
from .rig import logged_in

SETTINGS = (("AMIversion", "11.0.0"), ("AsteriskVersion", "22.10.1+dfsg"), ("SystemName", ""))
STATUS = (
    ("CoreStartupDate", "2026-11-25"),
    ("CoreStartupTime", "21:56:07"),
    ("CoreReloadDate", "2026-11-25"),
    ("CoreReloadTime", "21:57:00"),
)
COMMANDS = (
    ("Originate", "Originate a call.  (Priv: originate,all)"),
    ("Ping", "Keepalive command.  (Priv: <none>)"),
    ("FAXStats", "Responds with fax statistics  (Priv: reporting,all)"),
)


def answering(fake: Fake, name: str, *headers: tuple[str, str], response: str = "Success") -> None:
    async def answer(call: Call, action: Headers) -> None:
        call.respond(action, *headers, response=response)

    fake.handlers[name] = answer


async def test_versions() -> None:
    async with logged_in() as (fake, manager, _):
        answering(fake, "CoreSettings", *SETTINGS)
        answering(fake, "CoreStatus", *STATUS)
        assert await versions(manager) == Versions(
            "22.10.1+dfsg", "11.0.0", "2026-11-25 21:56:07", "2026-11-25 21:57:00"
        )
        answering(fake, "CoreStatus", ("Message", "Permission denied"), response="Error")
        with pytest.raises(Denied):
            await versions(manager)


async def test_permitted() -> None:
    async with logged_in() as (fake, manager, _):
        answering(fake, "ListCommands", *COMMANDS)
        assert await permitted(manager) == {"Originate", "Ping", "FAXStats"}


async def test_dialplan() -> None:
    rows = [
        [("Context", "a"), ("Extension", "_X."), ("Priority", "1"), ("Application", "Set"), ("AppData", "A=${B}")],
        [("Context", "a"), ("Extension", "_X."), ("Priority", "2"), ("Application", "Hangup"), ("AppData", "")],
        [("Context", "a"), ("IncludeContext", "b")],
    ]

    async def answer(call: Call, action: Headers) -> None:
        if value(action, "Context") == "a":
            call.list(action, "ListDialplan", "ShowDialPlanComplete", rows)
        else:
            call.respond(action, ("Message", f"Did not find context {value(action, 'Context')}"), response="Error")

    async with logged_in() as (fake, manager, _):
        fake.handlers["ShowDialPlan"] = answer
        assert await dialplan(manager, "a") == (
            Step("_X.", "1", "Set", "A=${B}", ""),
            Step("_X.", "2", "Hangup", "", ""),
            Step("", "", "", "", "b"),
        )
        assert await dialplan(manager, "b") == ()
        answering(fake, "ShowDialPlan", ("Message", "Permission denied"), response="Error")
        with pytest.raises(Denied):
            await dialplan(manager, "a")


async def test_variables_and_endpoints() -> None:
    async with logged_in() as (fake, manager, _):
        answering(fake, "Getvar", ("Variable", "x"), ("Value", "sms-from-desk"))
        assert await endpoint(manager, "desk", "message_context") == "sms-from-desk"
        assert value(fake.all("Getvar")[-1], "Variable") == "PJSIP_ENDPOINT(desk,message_context)"
        answering(fake, "Getvar", ("Variable", "x"), ("Value", ""))
        assert await variable(manager, "NOTHING") == ""
        answering(fake, "Getvar", ("Message", "No such variable"), response="Error")
        with pytest.raises(Refused):
            await variable(manager, "NOTHING")


@pytest.mark.parametrize("name", ["", "a,b", "a)b", "a b", "a\r\n", "é", "${X}"])
async def test_names_that_are_none(name: str) -> None:
    async with logged_in() as (fake, manager, _):
        for ask in (dialplan(manager, name), endpoint(manager, name, "context"), endpoint(manager, "desk", name)):
            with pytest.raises(UnsafeAction):
                await ask
        assert fake.all("Getvar") == fake.all("ShowDialPlan") == []
