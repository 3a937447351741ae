"""MESSAGE inside a call: Asterisk hands it to the other leg, past every message_context."""

from tests.asterisk.stage import TO, Stage, until


async def test_a_plain_call_carries_text_past_the_edge(stage: Stage) -> None:
    """What docs/asterisk.md warns of; should an Asterisk cease to do it, the warning can go."""
    call = await stage.desk.call(f"2{TO}")
    await until("call", lambda: bool(stage.north.calls))
    assert await stage.desk.say(call, b"past the edge") == 202
    await until("text", lambda: bool(stage.north.in_call))
    assert stage.north.in_call[0].body == b"past the edge"
    assert await stage.spooled() == {}
    assert await stage.desk.hang_up(call) == 200


async def test_with_sms_no_text_neither_leg_hears_the_other(stage: Stage) -> None:
    call = await stage.desk.call(f"3{TO}")
    await until("call", lambda: bool(stage.north.calls))
    for turn in range(5):
        assert await stage.desk.say(call, b"text %d" % turn) == 202
        assert await stage.north.say(stage.north.calls[0], b"text %d" % turn) == 202
    # Voice goes on, and a message outside the call is held as ever.
    assert await stage.desk.hang_up(call) == 200
    await stage.submit()
    assert not stage.north.in_call
    assert not stage.desk.in_call


async def test_a_message_of_no_call_is_refused(stage: Stage) -> None:
    stray = stage.desk.request("MESSAGE", stage.desk.uri(TO), "+14165550110", b"stray")
    stray.headers = [(name, value + b";tag=abc" if name == "To" else value) for name, value in stray.headers]
    assert (await stage.desk.send(stray)).status == 481
    assert await stage.spooled() == {}
