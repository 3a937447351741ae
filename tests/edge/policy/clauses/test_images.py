"""Clause 7, with media as the workers would report them. The MMS rows of the scenario file are named at their tests."""

from hashlib import sha256
from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.account import Account
from edge.core.facts import Fact, FactKind
from edge.core.media import Fault, Media, MediaItem, MediaKind
from edge.core.submission import Body, Channel, Identity, Submission
from edge.core.verdict import Action, Explanation, Reason, Verdict
from edge.policy.engine import decide, explain
from edge.policy.rechecking import recheck
from edge.policy.rule import Mode

PAT = Account(name="pat", kind="consumer", country="CA", numbers=((14035550160, 14035550169),))
PICTURE = 0x0123456789ABCDEF
FRIEND = "+14035550722"


def near(distance: int) -> int:
    """A hash that differs from that of `PICTURE` in so many bits."""
    return PICTURE ^ ((1 << distance) - 1)


def item(kind: MediaKind = MediaKind.IMAGE, type: str = "image/jpeg", **more: Any) -> MediaItem:
    scores = tuple(sorted(more.pop("scores", {}).items()))
    digest = sha256(more.pop("file", b"a file")).digest()
    return MediaItem(more.pop("path", "1"), kind, type, 60_000, digest, scores=scores, **more)


def scored(**scores: float) -> Media:
    return Media((item(scores=scores),))


def faulty(fault: Fault, detail: str = "") -> Media:
    return Media((item(fault=fault, detail=detail),))


class Mms:
    """Sends pictures from a person, and to a clinic."""

    def __init__(self, world: Any) -> None:
        self.world = world
        world.accounts["pat"] = PAT
        world.ruleset = world.compiled()

    def message(self, media: Media, text: str = "", to: str = FRIEND, **more: Any) -> Submission:
        given = {"source": "+14035550162", "account": "pat", "identity": Identity()} | more
        message = self.world.message(destination=to, text=text, media=media, **given)
        return replace(message, channel=Channel.MM4, body=Body(text, b"an MMS"))

    def send(self, media: Media, text: str = "", to: str = FRIEND, **more: Any) -> Verdict:
        return decide(self.world.ruleset, self.world.state, self.message(media, text, to, **more), self.world.now)

    def receive(self, media: Media, text: str = "") -> Verdict:
        more = {"source": "+14165550825", "account": "acme", "inbound": True}
        return self.send(media, text, "+14165550101", **more)

    def explain(self, media: Media, text: str = "") -> Explanation:
        return explain(self.world.ruleset, self.world.state, self.message(media, text), self.world.now)


@pytest.fixture
def mms(world: Any) -> Mms:
    return Mms(world)


def friends(count: int) -> list[str]:
    """Numbers that are no neighbours."""
    return [f"+1403{220 + number:03d}{1000 + 37 * number:04d}" for number in range(count)]


def outcome(verdict: Verdict) -> tuple[str, str]:
    return verdict.action.value, verdict.rule


# What a model sees


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (0.08, ("allow", "")),  # N116: a plate of salmon
        (0.40, ("allow", "")),
        (0.499, ("allow", "")),
        (0.55, ("flag", "image-content/nsfw")),  # N109: a statue
        (0.60, ("quarantine", "image-content/nsfw")),
        (0.849, ("quarantine", "image-content/nsfw")),
        (0.85, ("reject", "image-content/nsfw")),
        (1.0, ("reject", "image-content/nsfw")),
    ],
)
def test_nudity_by_its_score(mms: Mms, score: float, expected: tuple[str, str]) -> None:
    assert outcome(mms.send(scored(nsfw=score))) == expected


def test_value_against_limit_in_the_verdict(mms: Mms) -> None:
    hit = mms.send(scored(nsfw=0.7)).hit
    assert hit is not None
    assert (hit.value, hit.limit, hit.reason) == (0.7, 0.6, Reason.CONTENT)


def test_pictures_that_come_in_are_judged_too(mms: Mms) -> None:
    """N136 and V143."""
    assert outcome(mms.receive(scored(nsfw=0.40), "should I be worried?")) == ("allow", "")
    assert outcome(mms.receive(scored(nsfw=0.95))) == ("reject", "image-content/nsfw")


def test_the_worst_of_many_parts_counts(mms: Mms) -> None:
    """V141: explicit in its second half; the workers report the highest score of all frames."""
    video = item(MediaKind.VIDEO, "video/mp4", scores={"nsfw": 0.95})
    assert outcome(mms.send(Media((item(scores={"nsfw": 0.01}), video)))) == ("reject", "image-content/nsfw")


def test_after_an_objection_nothing_goes(mms: Mms) -> None:
    """V056."""
    mms.world.receive("+14035550416", "+14035550162", "stop sending me this", account="pat")
    assert mms.send(scored(nsfw=0.93), to="+14035550416").action is Action.REJECT
    assert outcome(mms.send(scored(nsfw=0.0), to="+14035550416")) == ("reject", "opt-out")


@pytest.mark.parametrize(
    ("illegal", "text", "expected"),
    [
        (0.95, "no papers $900 dm me", "reject"),  # V133
        (0.95, "$40 a gram, hmu", "reject"),
        (0.60, "for sale", "reject"),
        (0.59, "for sale", "allow"),
        (0.10, "your order arrived", "allow"),  # N110: kitchen knives
        (0.70, "is this the right dose?", "allow"),  # N111
        (0.92, "look what dad got this season", "allow"),  # N113
        (0.92, "", "allow"),
    ],
)
def test_goods_are_refused_where_words_sell_them(mms: Mms, illegal: float, text: str, expected: str) -> None:
    verdict = mms.send(scored(illegal=illegal), text)
    assert outcome(verdict) == (expected, "image-content/illegal" if expected == "reject" else "")


def test_hate_is_held_and_refused_where_it_is_aimed_at_the_recipient(mms: Mms) -> None:
    """V134."""
    assert outcome(mms.send(scored(hate=0.92))) == ("quarantine", "image-content/hate")
    assert outcome(mms.send(scored(hate=0.92), "poster in the museum")) == ("quarantine", "image-content/hate")
    assert outcome(mms.send(scored(hate=0.92), "you know what comes next")) == ("reject", "image-content/hate")
    assert outcome(mms.send(scored(hate=0.89), "you know what comes next")) == ("allow", "")


def test_gore_is_held(mms: Mms) -> None:
    assert outcome(mms.send(scored(gore=0.9), "look at your car")) == ("quarantine", "image-content/gore")


def test_the_gravest_decides(mms: Mms) -> None:
    assert outcome(mms.send(scored(hate=0.95, nsfw=0.55))) == ("quarantine", "image-content/hate")
    assert outcome(mms.send(scored(hate=0.95, nsfw=0.95))) == ("reject", "image-content/nsfw")


def test_what_no_model_has_seen_is_said_in_every_decision(mms: Mms) -> None:
    verdict = mms.send(Media((item(),), unscored=True), "hi")
    assert outcome(verdict) == ("flag", "image-content/unscored")
    finding = next(
        each for each in mms.explain(Media((item(),), unscored=True)).findings if each.rule == "image-content"
    )
    assert finding.hit is not None
    assert "unscored" in finding.hit.detail


def test_thresholds_are_the_operators(mms: Mms) -> None:
    mms.world.tune("image-content", quarantine=0.3, reject=0.4, accounts={"pat": {"reject": 0.95}})
    assert mms.send(scored(nsfw=0.5)).action is Action.QUARANTINE
    assert mms.receive(scored(nsfw=0.5)).action is Action.REJECT


def test_monitor_records_only(mms: Mms) -> None:
    mms.world.tune("image-content", mode=Mode.MONITOR)
    verdict = mms.send(scored(nsfw=0.99))
    assert verdict.action is Action.ALLOW
    assert [hit.rule for hit in verdict.would_have] == ["image-content/nsfw"]


# What cannot be examined


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.BOMB, "reject"),  # V140
        (Fault.MISMATCH, "reject"),
        (Fault.TYPE, "reject"),
        (Fault.LIMIT, "reject"),
        (Fault.CORRUPT, "quarantine"),  # V138
        (Fault.ENCRYPTED, "quarantine"),
        (Fault.CODEC, "quarantine"),
        (Fault.TIMEOUT, "quarantine"),
        (Fault.STRUCTURE, "quarantine"),
    ],
)
def test_what_cannot_be_examined(mms: Mms, fault: Fault, expected: str) -> None:
    assert outcome(mms.send(faulty(fault))) == (expected, f"image-unscannable/{fault.value}")
    assert outcome(mms.send(Media((item(),), fault=fault))) == (expected, f"image-unscannable/{fault.value}")


def test_the_worst_fault_decides_and_the_rest_is_counted(mms: Mms) -> None:
    found = Media((item(fault=Fault.CORRUPT), item(path="2", fault=Fault.BOMB, detail="40000 x 40000 pixels")))
    verdict = mms.send(found)
    assert outcome(verdict) == ("reject", "image-unscannable/bomb")
    assert verdict.hit is not None
    assert verdict.hit.detail == "part 2: bomb, 40000 x 40000 pixels"
    finding = next(each for each in mms.explain(found).findings if each.rule == "image-unscannable")
    assert finding.parts == (("corrupt", 1.0), ("bomb", 1.0))


def test_what_is_refused_is_the_operators(mms: Mms) -> None:
    mms.world.tune("image-unscannable", refused=["corrupt"])
    assert mms.send(faulty(Fault.CORRUPT)).action is Action.REJECT
    assert mms.send(faulty(Fault.BOMB)).action is Action.QUARANTINE


def test_documents_are_said(mms: Mms) -> None:
    found = Media((item(MediaKind.DOCUMENT, "application/pdf"),))
    assert outcome(mms.send(found)) == ("flag", "image-unscannable/document")


@pytest.mark.parametrize(
    "found",
    [
        Media((item(MediaKind.VIDEO, "video/mp4"),)),  # N115
        Media((item(MediaKind.LAYOUT, "application/smil"), item(MediaKind.TEXT, "text/plain"), item())),  # N119
        Media((item(MediaKind.AUDIO, "audio/amr"),)),
        Media(),
    ],
)
def test_what_is_whole_passes(mms: Mms, found: Media) -> None:
    assert outcome(mms.send(found, "hi")) == ("allow", "")


# Lists


def test_near_copies_of_blocked_pictures(mms: Mms) -> None:
    """V142."""
    mms.world.tune("image-hash", blocked=[f"{PICTURE:016x}"])
    assert mms.send(Media((item(hashes=(0, near(11))),)), "11").action is Action.ALLOW
    for distance in (0, 6, 10):
        verdict = mms.send(Media((item(hashes=(0, near(distance))),)), str(distance))
        assert outcome(verdict) == ("reject", "image-hash/blocked")
        assert verdict.hit is not None
        assert (verdict.hit.value, verdict.hit.limit) == (distance, 10)


def test_mirrored_copies(mms: Mms) -> None:
    mms.world.tune("image-hash", blocked=[f"{PICTURE:016x}"])
    mirrored = near(4) ^ 0x5555555555555555
    assert outcome(mms.send(Media((item(hashes=(mirrored,)),)))) == ("reject", "image-hash/blocked")


def test_the_very_file(mms: Mms) -> None:
    mms.world.tune("image-hash", court=[sha256(b"a file").hexdigest().upper()])
    assert outcome(mms.send(Media((item(),)))) == ("reject", "image-hash/court")
    assert outcome(mms.receive(Media((item(),)))) == ("reject", "image-hash/court")
    assert mms.send(Media((item(file=b"another"),))).action is Action.ALLOW


def test_watched_pictures_pass_with_a_flag(mms: Mms) -> None:
    mms.world.tune("image-hash", watched=[f"{PICTURE:016x}"])
    assert outcome(mms.send(Media((item(hashes=(PICTURE,)),)))) == ("flag", "image-hash/watched")


@pytest.mark.parametrize("tuned", [{}, {"mode": Mode.MONITOR}, {"mode": Mode.OFF}, {"action": Action.QUARANTINE}])
def test_child_safety_is_refused_in_every_mode_and_suspends(mms: Mms, tuned: dict[str, Any]) -> None:
    """V130."""
    mms.world.tune("image-hash", child_safety=[f"{PICTURE:016x}"], **tuned)
    verdict = mms.send(Media((item(hashes=(near(6),)),)))
    assert outcome(verdict) == ("reject", "image-hash/child-safety")
    assert [(fact.kind, fact.subject) for fact in verdict.facts] == [(FactKind.SUSPEND, "pat")]
    assert mms.send(scored(nsfw=0.0), "hello").rule == "suspended"


def test_child_safety_is_known_whatever_else_stands_against_the_message(mms: Mms) -> None:
    mms.world.tune("image-hash", child_safety=[f"{PICTURE:016x}"], blocked=[f"{PICTURE:016x}"])
    mms.world.receive(FRIEND, "+14035550162", "STOP", account="pat")
    found = Media((item(hashes=(PICTURE,), scores={"nsfw": 0.99}),), fault=Fault.BOMB)
    assert mms.send(found).rule == "image-hash/child-safety"


def test_explain_names_child_safety(mms: Mms) -> None:
    mms.world.tune("image-hash", child_safety=[f"{PICTURE:016x}"], mode=Mode.OFF)
    finding = next(
        each for each in mms.explain(Media((item(hashes=(near(6),)),))).findings if each.rule == "image-hash"
    )
    assert (finding.outcome, finding.value, finding.limit) == ("hit", 6, 10)


def test_a_report_of_spam_is_not_judged_by_its_pictures(mms: Mms) -> None:
    mms.world.tune("image-hash", blocked=[f"{PICTURE:016x}"])
    assert mms.send(Media((item(hashes=(PICTURE,), scores={"nsfw": 1.0}),)), to="7726").action is Action.ALLOW


# Other clauses


def test_the_rest_of_the_policy_holds_for_mms(mms: Mms) -> None:
    world = mms.world
    world.receive("+12125550310", "+14035550162", "STOP", account="pat")
    assert outcome(mms.send(scored(), "See our new store!", "+12125550310")) == ("reject", "opt-out")  # V014
    assert mms.send(scored(), "accident on 401", "911").action is Action.BOUNCE  # V061
    hidden = mms.send(scored(), "guess who", identity=Identity(hidden=True))
    assert outcome(hidden) == ("reject", "sender-channel/hidden")  # V128
    many = mms.send(scored(), "flyer", destinations=60)
    assert outcome(many) == ("reject", "many-recipients")  # V026
    card = mms.send(scored(), "CRA\nhttps://cra-refund.top\nclaim now")
    assert outcome(card)[0] == "reject"  # V096
    own = mms.send(scored(), "https://bistronord.example/menu")
    assert own.action is Action.ALLOW  # N114


def test_an_advertisement_by_its_class(mms: Mms) -> None:
    verdict = mms.send(
        scored(), "Our new hours", identity=Identity(advertisement=True), account="acme", source="+14165550101"
    )
    assert verdict.rule.startswith("marketing")
    assert verdict.action is Action.REJECT


def test_one_picture_with_many_captions_is_one_text(mms: Mms) -> None:
    mms.world.tune("no-consent", mode=Mode.OFF)
    captions = ["Lovely", "Here is what I told you about, have a look", "for anna", "and this is how we did it", ""]
    verdicts = []
    for number, friend in enumerate(friends(30)):
        mms.world.now += 100
        found = Media((item(hashes=(near(number % 7),), file=b"%d" % number),))
        verdicts.append(mms.send(found, captions[number % 5], friend))
    assert [outcome(each)[0] for each in verdicts[:20]] == ["allow"] * 20
    assert outcome(verdicts[-1]) == ("reject", "bulk")


def test_pictures_without_words_are_not_all_one_text(mms: Mms) -> None:
    for number, friend in enumerate(friends(40)):
        mms.world.now += 100
        digest = sha256(b"%d" % number).digest()
        found = Media((item(hashes=(int.from_bytes(digest[:8], "big"),), file=digest),))
        assert mms.send(found, "", friend).action is Action.ALLOW


def test_sound_is_known_by_its_octets(mms: Mms) -> None:
    mms.world.tune("no-consent", mode=Mode.OFF)
    found = Media((item(MediaKind.AUDIO, "audio/amr"),))
    verdicts = []
    for friend in friends(30):
        mms.world.now += 100
        verdicts.append(mms.send(found, "", friend))
    assert outcome(verdicts[-1]) == ("reject", "bulk")


def test_from_outside_too(mms: Mms) -> None:
    mms.world.tune("bulk", inbound=5)
    outcomes = [
        outcome(
            mms.send(
                Media((item(hashes=(PICTURE,)),)),
                f"caption {number}",
                f"+141655501{number:02d}",
                source="+13475550191",
                account="acme",
                inbound=True,
            )
        )
        for number in range(10, 20)
    ]
    assert outcomes[0] == ("allow", "")
    assert outcomes[-1][1].startswith("bulk")


# What a person releases


@pytest.mark.parametrize(
    ("tuned", "said"),
    [
        ({"blocked": [f"{PICTURE:016x}"]}, ("reject", "image-hash/blocked")),
        ({"child_safety": [f"{PICTURE:016x}"]}, ("reject", "image-hash/child-safety")),
        ({"child_safety": [f"{PICTURE:016x}"], "mode": Mode.OFF}, ("reject", "image-hash/child-safety")),
        ({"blocked": [f"{PICTURE:016x}"], "action": Action.QUARANTINE}, ("allow", "")),  # a person has looked
        ({"blocked": [f"{PICTURE:016x}"], "mode": Mode.MONITOR}, ("allow", "")),
        ({"watched": [f"{PICTURE:016x}"]}, ("allow", "")),
        ({}, ("allow", "")),
    ],
)
def test_a_release_asks_the_lists_of_now(mms: Mms, tuned: dict[str, Any], said: tuple[str, str]) -> None:
    world, found = mms.world, Media((item(hashes=(PICTURE,)),))
    message = mms.message(found)
    assert recheck(world.ruleset, world.state, message, world.now).action is Action.ALLOW
    world.tune("image-hash", **tuned)
    assert outcome(recheck(world.ruleset, world.state, message, world.now)) == said
    assert recheck(world.ruleset, world.state, replace(message, media=None), world.now).action is Action.ALLOW


def test_a_release_asks_the_lists_before_what_else_stands(mms: Mms) -> None:
    """A match on the child-safety list must be known as one; and what a list only holds does not hide a suspension."""
    world, message = mms.world, mms.message(Media((item(hashes=(PICTURE,)),)))
    world.state.facts.apply(Fact(FactKind.SUSPEND, "pat", world.state.unix(world.now), account="pat"))
    world.tune("image-hash", blocked=[f"{PICTURE:016x}"], action=Action.QUARANTINE)
    assert recheck(world.ruleset, world.state, message, world.now).rule.startswith("suspended")
    world.tune("image-hash", child_safety=[f"{PICTURE:016x}"])
    assert recheck(world.ruleset, world.state, message, world.now).rule == "image-hash/child-safety"


def test_a_release_lays_nothing_down(mms: Mms) -> None:
    world = mms.world
    world.tune("image-hash", child_safety=[f"{PICTURE:016x}"])
    verdict = recheck(world.ruleset, world.state, mms.message(Media((item(hashes=(PICTURE,)),))), world.now)
    assert verdict.facts == ()
    assert not world.state.facts.suspended
