"""What any store behind `edge.core.facts.Ledger` must do. A store's test subclasses both and gives `reopened`.

`reopened(metrics, fresh)` ends the store that it gave before (if any) and gives one on the same disk, or on a new one.
Times are near the clock's, since what has expired is not loaded.
"""

import asyncio
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.core import facts as facts_module
from edge.core.facts import COMPLAINT_SPAN, Fact, FactKind, Facts, Ledger
from edge.core.metrics import Metrics
from edge.core.quarantine import MAY_BECOME, Held, HeldState

Reopened = Callable[..., Ledger]

NOW = float(int(time.time()))
NUMBER, OTHER = "+14165550100", "+14165550199"
KINDS = {
    FactKind.BLOCK: lambda facts: facts.blocked.get(14165550100),
    FactKind.SUSPEND: lambda facts: facts.suspended.get(NUMBER),
    FactKind.REFUSE_PAIR: lambda facts: facts.stopped_pairs.get((14165550100, 14165550199)),
    FactKind.SLOW: lambda facts: facts.slowed.get(14165550100),
    FactKind.HOLD: lambda facts: facts.held.get(14165550100),
    FactKind.COMPLAINT: lambda facts: (facts.complaints.get(14165550100) or [None])[-1],
}


def fact(kind: FactKind, at: float = NOW, subject: str = NUMBER, **fields: object) -> Fact:
    given_ = {"by": "ann", "reason": "why", "account": "acme", "other": OTHER, "evidence": "words", **fields}
    return Fact(kind, subject, at, **given_)


async def told(call: Callable[..., None], *args: object) -> BaseException | None:
    """What a call's `done` was told."""
    future: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()
    call(*args, future.set_result)
    return await asyncio.wait_for(future, 20)


def standing(facts: Facts) -> dict[str, object]:
    """All that holds, to compare."""
    return {
        "blocked": facts.blocked,
        "suspended": facts.suspended,
        "pairs": facts.stopped_pairs,
        "slowed": facts.slowed,
        "held": facts.held,
        "complaints": facts.complaints,
        "accused": facts.accused,
        "afresh": (facts.pardoned, facts.restored),
        "consents": sorted(facts.consents, key=str),
        "sizes": facts.sizes(),
    }


class LedgerContract:
    """Facts and ids."""

    async def test_a_fact_holds_at_once_and_is_told_when_it_is_durable(self, reopened: Reopened) -> None:
        ledger = reopened()
        seen: list[BaseException | None] = []
        block = fact(FactKind.BLOCK)
        ledger.record(block, seen.append)
        assert ledger.facts.blocked == {14165550100: block}
        assert seen == []
        assert await told(ledger.record, fact(FactKind.SUSPEND, subject="acme")) is None
        assert seen == [None]

    @pytest.mark.parametrize("kind", KINDS)
    async def test_every_kind_survives(self, reopened: Reopened, kind: FactKind) -> None:
        laid = fact(kind, evidence="caf\u00e9 \U0001f600")
        assert await told(reopened().record, laid) is None
        again = reopened()
        assert KINDS[kind](again.facts) == laid
        assert again.history(NUMBER) == [laid]

    @pytest.mark.parametrize(
        ("laid", "ends"),
        [
            (FactKind.BLOCK, FactKind.UNBLOCK),
            (FactKind.SUSPEND, FactKind.RESTORE),
            (FactKind.REFUSE_PAIR, FactKind.FREE),
        ],
    )
    async def test_what_was_taken_back_stays_taken_back(
        self, reopened: Reopened, laid: FactKind, ends: FactKind
    ) -> None:
        ledger = reopened()
        for kind in (laid, ends):
            assert await told(ledger.record, fact(kind)) is None
        assert KINDS[laid](ledger.facts) is None
        again = reopened()
        assert KINDS[laid](again.facts) is None
        assert [one.kind for one in again.history(NUMBER)] == [laid, ends]

    async def test_free_without_a_recipient_ends_slow_and_hold_and_no_pair(self, reopened: Reopened) -> None:
        ledger = reopened()
        for kind in (FactKind.SLOW, FactKind.HOLD, FactKind.REFUSE_PAIR):
            await told(ledger.record, fact(kind))
        await told(ledger.record, fact(FactKind.FREE, other=""))
        for facts in (ledger.facts, reopened().facts):
            assert (facts.slowed, facts.held, len(facts.stopped_pairs)) == ({}, {}, 1)

    async def test_an_opt_out_stands_until_the_subscriber_says_otherwise(self, reopened: Reopened) -> None:
        ledger = reopened()
        await told(ledger.record, fact(FactKind.OPT_OUT))
        await told(ledger.record, fact(FactKind.OPT_OUT, subject="54321"))
        again = reopened()
        for facts in (ledger.facts, again.facts):
            for key in (14165550100, "54321"):
                consent = facts.consent("acme", key)
                assert consent is not None
                assert (consent.out, consent.at) == (True, NOW)
            assert facts.consent("rival", 14165550100) is None
            assert facts.consent("acme", 14165550101) is None
        await told(again.record, fact(FactKind.OPT_IN, NOW + 1))
        consent = reopened().facts.consent("acme", 14165550100)
        assert consent is not None
        assert not consent.out

    async def test_the_latest_word_wins_in_whatever_order_words_come(self, reopened: Reopened) -> None:
        ledger = reopened()
        for kind, at in (
            (FactKind.OPT_IN, NOW + 10.9),
            (FactKind.OPT_OUT, NOW),
            (FactKind.OPT_OUT, NOW + 10.1),  # of the same second: what came later
            (FactKind.OPT_IN, NOW + 5),
        ):
            await told(ledger.record, fact(kind, at))
        for facts in (ledger.facts, reopened().facts):
            consent = facts.consent("acme", 14165550100)
            assert consent is not None
            assert (consent.out, consent.at) == (True, NOW + 10)

    async def test_consents_are_listed_with_their_evidence(self, reopened: Reopened) -> None:
        ledger = reopened()
        first = fact(FactKind.OPT_OUT, evidence="STOP")
        second = fact(FactKind.OPT_OUT, NOW + 5, "+33612345678", account="rival", evidence="ARRET")
        third = fact(FactKind.OPT_IN, NOW + 9, "54321", evidence="START")
        for one in (fact(FactKind.OPT_IN, NOW - 9), first, second, third):
            await told(ledger.record, one)
        assert ledger.consents("", None, 10) == [third, second, first]
        assert ledger.consents("acme", None, 10) == [third, first]
        assert ledger.consents("acme", True, 10) == [first]
        assert ledger.consents("", False, 10) == [third]
        assert ledger.consents("", None, 1) == [third]

    async def test_what_has_expired_is_not_loaded_and_stays_in_the_history(self, reopened: Reopened) -> None:
        ledger = reopened()
        past = fact(FactKind.BLOCK, 1000.0, "12345", expires=2000.0)
        future = fact(FactKind.SUSPEND, 1000.0, "acme", expires=NOW + 3600)
        old = fact(FactKind.COMPLAINT, NOW - COMPLAINT_SPAN - 60)
        for one in (past, future, old):
            await told(ledger.record, one)
        again = reopened()
        assert (again.facts.blocked, again.facts.complaints) == ({}, {})
        assert again.facts.suspended == {"acme": future}
        assert again.history("12345") == [past]
        assert again.history(NUMBER) == [old]

    async def test_a_complaint_that_comes_again_is_one(self, reopened: Reopened) -> None:
        ledger = reopened()
        one = fact(FactKind.COMPLAINT)
        for by in ("smpp:north", "import:a.csv", "http"):
            assert await told(ledger.record, replace(one, by=by)) is None
        again = reopened()
        for facts in (ledger.facts, again.facts):
            assert [len(said) for said in facts.complaints.values()] == [1]
        assert [said.by for said in again.history(NUMBER)] == ["smpp:north"]

    async def test_what_finds_no_room_is_told_and_does_not_hold(
        self, reopened: Reopened, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(facts_module, "CAP", 1)
        metrics = Metrics()
        ledger = reopened(metrics)
        assert await told(ledger.record, fact(FactKind.BLOCK)) is None
        error = await told(ledger.record, fact(FactKind.BLOCK, subject=OTHER))
        assert str(error) == "there is no room for one more fact of the kind block"
        assert list(ledger.facts.blocked) == [14165550100]
        assert metrics.caps.values["facts",] == 1
        assert reopened().history(OTHER) == []

    async def test_times_that_are_no_times_are_refused(self, reopened: Reopened) -> None:
        ledger = reopened()
        for wrong in (fact(FactKind.BLOCK, expires=float("inf")), fact(FactKind.OPT_OUT, float("nan"))):
            error = await told(ledger.record, wrong)
            assert str(error) == "a fact's times must be finite; 0 means it never expires"
        assert await told(ledger.record, fact(FactKind.BLOCK, subject="\ud800")) is None

    async def test_after_close_nothing_is_taken(self, reopened: Reopened) -> None:
        ledger = reopened()
        ledger.close()
        assert str(await told(ledger.record, fact(FactKind.BLOCK))) == "the ledger is closed"

    def test_ids_are_digits_and_never_repeat(self, reopened: Reopened) -> None:
        seen = [reopened().next_id() for _ in range(3)]
        ledger = reopened()
        seen += [ledger.next_id() for _ in range(1000)]
        assert len(set(seen)) == 1003
        assert all(text[0] == "0" and text.isdigit() and len(text) <= 20 for text in seen)

    async def test_an_account_is_its_name_whatever_number_it_looks_like(self, reopened: Reopened) -> None:
        ledger = reopened()
        for name in (NUMBER, "+00" + NUMBER[1:]):
            await told(ledger.record, fact(FactKind.SUSPEND, subject=name))
        await told(ledger.record, fact(FactKind.RESTORE, subject=NUMBER))
        assert set(ledger.facts.suspended) == set(reopened().facts.suspended) == {"+00" + NUMBER[1:]}

    async def test_sizes(self, reopened: Reopened) -> None:
        ledger = reopened()
        for kind in (*KINDS, FactKind.OPT_OUT):
            await told(ledger.record, fact(kind))
        await told(ledger.record, fact(FactKind.OPT_IN, subject=OTHER))
        names = ("blocked", "suspended", "opted_out", "opted_in", "complaints", "refused_pairs", "slowed", "held")
        assert ledger.sizes() == {**dict.fromkeys(names, 1), "waiting": 0}
        assert reopened().sizes() == {**dict.fromkeys(names, 1), "waiting": 0}

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(
        laid=st.lists(
            st.builds(
                Fact,
                st.sampled_from(list(FactKind)),
                st.sampled_from([NUMBER, OTHER, "54321", "ACME", "+0014165550100", "+", "+\u0661"]),
                st.floats(NOW - 3 * 86400, NOW - 1),
                expires=st.sampled_from([0.0, NOW + 1e6]),
                account=st.sampled_from(["acme", "rival"]),
                other=st.sampled_from([NUMBER, OTHER, "54321"]),
            ),
            max_size=12,
        )
    )
    def test_what_holds_is_what_holds_after_a_restart(self, reopened: Reopened, laid: list[Fact]) -> None:
        async def lay() -> dict[str, object]:
            ledger = reopened(fresh=True)
            for one in laid:
                assert await told(ledger.record, one) is None
            return standing(ledger.facts)

        before = asyncio.run(lay())
        assert standing(reopened().facts) == before


def held(id: str = "0100", at: float = NOW, **fields: object) -> Held:
    """A message in quarantine."""
    plain = Held(
        id,
        "1a2b",
        at,
        at + 86400.0,
        "smpp",
        "mt",
        "acme",
        "acme1",
        "14165550100",
        1,
        1,
        "14165550301",
        1,
        1,
        "sensitive-data/pan",
        "fraud",
        "a card number",
        "pay 4111 \ud83d caf\u00e9",
        b"\x00\x01\xff" * 20,
    )
    return replace(plain, **fields)


class QuarantineContract:
    """Held messages."""

    async def test_what_is_held_is_there_after_a_restart(self, reopened: Reopened) -> None:
        quarantine = reopened().quarantine
        message = held(receipt=True, traffic="otp", group="0099", part=2, parts=3, carrier="north")
        assert await told(quarantine.hold, message) is None
        assert quarantine.get("0100") == message
        again = reopened().quarantine
        assert (again.get("0100"), again.size()) == (message, 1)
        assert again.get("0101") is None

    async def test_found_by_account_rule_and_state_the_latest_first(self, reopened: Reopened) -> None:
        quarantine = reopened().quarantine
        for number in range(4):
            rule = "phishing" if number == 3 else "sensitive-data/pan"
            account = "rival" if number == 2 else "acme"
            assert await told(quarantine.hold, held(f"010{number}", NOW + number, rule=rule, account=account)) is None
        await told(quarantine.resolve, ["0101"], HeldState.REFUSED, "ann", "spam", NOW + 9)

        def ids(account: str = "", rule: str = "", state: HeldState | None = None, limit: int = 9) -> list[str]:
            return [one.id for one in quarantine.find(account, rule, state, limit)]

        assert ids() == ["0103", "0102", "0101", "0100"]
        assert ids(limit=2) == ["0103", "0102"]
        assert ids(account="rival") == ["0102"]
        assert ids(rule="phishing") == ["0103"]
        assert ids(rule="sensitive-data") == ids(rule="sensitive-data/pan") == ["0102", "0101", "0100"]
        assert ids(rule="sensitive") == ids(account="nobody") == []
        assert ids(state=HeldState.HELD) == ["0103", "0102", "0100"]
        assert ids("acme", "sensitive-data", HeldState.REFUSED) == ["0101"]

    async def test_who_ended_it_and_why_is_kept(self, reopened: Reopened) -> None:
        quarantine = reopened().quarantine
        await told(quarantine.hold, held())
        assert await told(quarantine.resolve, ["0100"], HeldState.RELEASING, "ann", "fine", NOW + 5) is None
        assert await self._resolve(quarantine, HeldState.RELEASED, alias="n-77") is None
        assert quarantine.size() == 0
        again = reopened().quarantine
        assert again.get("0100") == held(
            state=HeldState.RELEASED, resolved_at=NOW + 6, resolved_by="ann", note="", alias="n-77"
        )
        assert again.aliases(NOW) == {"n-77": "0100"}
        assert again.aliases(NOW + 7) == {}
        assert again.due(NOW + 1e6) == []

    async def _resolve(self, quarantine: object, state: HeldState, alias: str = "") -> BaseException | None:
        future: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()
        quarantine.resolve(["0100"], state, "ann", "", NOW + 6, future.set_result, alias)  # type: ignore[attr-defined]
        return await asyncio.wait_for(future, 20)

    async def test_nothing_is_sent_twice(self, reopened: Reopened) -> None:
        quarantine = reopened().quarantine
        await told(quarantine.hold, held())
        both = await asyncio.gather(
            self._resolve(quarantine, HeldState.RELEASING), self._resolve(quarantine, HeldState.RELEASING)
        )
        assert [error is None for error in both] == [True, False]
        assert str(both[1]) == "message 0100 is releasing already"
        again = reopened().quarantine  # the process died before the carrier answered
        one = again.get("0100")
        assert one is not None
        assert (one.state, again.size(), again.due(NOW + 1e6)) == (HeldState.RELEASING, 0, [])
        assert str(await self._resolve(again, HeldState.RELEASING)) == "message 0100 is releasing already"
        assert await self._resolve(again, HeldState.HELD) is None
        assert (again.size(), again.due(NOW + 1e6)) == (1, [("0100", "")])

    @pytest.mark.parametrize("first", list(HeldState))
    @pytest.mark.parametrize("then", list(HeldState))
    async def test_what_may_become_of_it(self, reopened: Reopened, first: HeldState, then: HeldState) -> None:
        quarantine = reopened().quarantine
        await told(quarantine.hold, held())
        if first is not HeldState.HELD:
            assert await self._resolve(quarantine, first) is None
        error = await self._resolve(quarantine, then)
        assert (error is None) == (then in MAY_BECOME.get(first, ()))
        one = quarantine.get("0100")
        assert one is not None
        assert one.state is (then if error is None else first)

    async def test_parts_end_together_or_not_at_all(self, reopened: Reopened) -> None:
        quarantine = reopened().quarantine
        for id in ("0100", "0101"):
            await told(quarantine.hold, held(id, group="0100"))
        error = await told(quarantine.resolve, ["0100", "0101", "0102"], HeldState.REFUSED, "ann", "", NOW)
        assert str(error) == "message 0102 is not held any more"
        assert quarantine.size() == 2
        assert await told(quarantine.resolve, ["0100", "0101"], HeldState.REFUSED, "ann", "", NOW) is None
        assert quarantine.size() == 0
        assert [one.state for one in quarantine.find("", "", None, 9)] == [HeldState.REFUSED] * 2

    async def test_what_is_due(self, reopened: Reopened) -> None:
        quarantine = reopened().quarantine
        for id, expires in (("0102", NOW + 60), ("0100", NOW + 20), ("0101", NOW + 20)):
            await told(quarantine.hold, held(id, expires=expires, group="g"))
        assert quarantine.due(NOW + 19.9) == []
        assert quarantine.due(NOW + 20) == quarantine.due(NOW + 20) == [("0100", "g"), ("0101", "g")]
        assert await told(quarantine.resolve, ["0100"], HeldState.EXPIRED, "edge", "", NOW + 21) is None
        assert quarantine.due(NOW + 21) == [("0101", "g")]
        again = reopened().quarantine
        assert again.due(NOW + 60) == [("0101", "g"), ("0102", "g")]

    async def test_what_went_another_way_leaves_no_trace(self, reopened: Reopened) -> None:
        quarantine = reopened().quarantine
        for id in ("0100", "0101", "0102"):
            await told(quarantine.hold, held(id, group=f"sbc-1/{id}"))
        await told(quarantine.resolve, ["0101"], HeldState.RELEASING, "smsedge", "", NOW)
        await told(quarantine.resolve, ["0102"], HeldState.REFUSED, "ann", "", NOW)
        assert quarantine.keyed() == {
            "sbc-1/0100": ("0100", HeldState.HELD),
            "sbc-1/0101": ("0101", HeldState.RELEASING),
        }
        for id in ("0100", "0101"):
            assert await told(quarantine.forget, id) is None
        for id in ("0102", "0103"):
            assert str(await told(quarantine.forget, id)) == f"message {id} is not held"
        again = reopened().quarantine
        assert (again.keyed(), again.size()) == ({}, 0)
        assert [one.id for one in again.find("", "", None, 9)] == ["0102"]
