"""What the shipped manager user may not do."""

import pytest

from tests.asterisk.manager import Manager
from tests.asterisk.stage import TO, Stage, until

DENIED = [
    ("MessageSend", {"To": "pjsip:PJSIP/1@carrier-north", "From": "1", "Body": "x"}),
    ("DBPut", {"Family": "smsq", "Key": "1", "Val": "x"}),
    ("DBDel", {"Family": "smsq", "Key": "1"}),
    ("DBDelTree", {"Family": "smsq"}),
    ("Command", {"Command": "core show version"}),
    ("UserEvent", {"UserEvent": "SmsReleased", "Sid": "1", "Status": "SUCCESS"}),
    ("DialplanExtensionAdd", {"Context": "x", "Extension": "1", "Priority": "1", "Application": "NoOp"}),
    ("DialplanExtensionRemove", {"Context": "sms-intake", "Extension": "submit"}),
    ("GetConfig", {"Filename": "manager.conf"}),
    ("UpdateConfig", {"SrcFilename": "manager.conf", "DstFilename": "manager.conf"}),
    ("Setvar", {"Variable": "SMS_SEQ", "Value": "0"}),
    ("Hangup", {"Channel": "all"}),
    ("Redirect", {"Channel": "x", "Context": "x", "Exten": "1", "Priority": "1"}),
    ("ModuleLoad", {"LoadType": "reload", "Module": "pbx_config"}),
    ("Reload", {}),
]


@pytest.mark.parametrize(("action", "headers"), DENIED, ids=[action for action, _ in DENIED])
async def test_denied(stage: Stage, action: str, headers: dict[str, str]) -> None:
    answer = await stage.manager.action(action, **headers)
    assert (answer["Response"], answer["Message"]) == ("Error", "Permission denied")


@pytest.mark.parametrize("application", ["System", "TrySystem", "AGI", "EAGI", "ExternalIVR", "MixMonitor"])
async def test_originate_runs_no_program(stage: Stage, application: str) -> None:
    answer = await stage.manager.action(
        "Originate", Channel="Local/1@sms-discard/n", Application=application, Data="touch /tmp/pwned", Async="true"
    )
    assert answer["Response"] == "Error"
    assert "Forbidden" in answer["Message"]
    assert not stage.asterisk.inside("tmp/pwned").exists()


@pytest.mark.parametrize("variable", ["FILE", "SHELL", "ENV", "CURL"])
async def test_variables_write_no_file_and_run_nothing(stage: Stage, variable: str) -> None:
    """A variable of an asynchronous Originate may name any function; with modules-sms.conf these are not there."""
    argument = {"SHELL": f"touch {stage.asterisk.home}/run/pwned", "FILE": f"{stage.asterisk.home}/run/pwned"}
    await stage.manager.originate("1@sms-discard", {f"{variable}({argument.get(variable, 'PATH')})": "x"})
    assert (await stage.manager.deliver("1-after", b"x"))["Status"] == "SUCCESS"
    assert not stage.asterisk.inside(f"{stage.asterisk.home}/run/pwned").exists()
    assert "No function by that name" in stage.asterisk.cli(f"core show function {variable}")


async def test_variables_write_the_database(stage: Stage) -> None:
    """As docs/asterisk.md says of `originate`: who has it can forge records."""
    await stage.manager.originate("1@sms-discard", {"DB(smsfly/1)": "x"})
    assert (await stage.manager.deliver("1-after", b"x"))["Status"] == "SUCCESS"
    assert await stage.manager.tree("smsfly") == {"1": "x"}


async def test_it_hears_of_messages_only(stage: Stage) -> None:
    call = await stage.desk.call(f"2{TO}")
    await until("call", lambda: bool(stage.north.calls))
    await stage.submit()
    await stage.desk.hang_up(call)
    sid, _ = await stage.submit(b"last")
    assert await stage.manager.release(sid) == "SUCCESS"
    assert {block["Event"] for block in stage.manager.blocks if "Event" in block} == {"UserEvent"}


async def test_a_wrong_secret_is_refused(stage: Stage) -> None:
    stranger = Manager(stage.asterisk.ports.ami)
    try:
        assert await stranger.login(secret="wrong") == "Error"
    finally:
        await stranger.close()
