"""`unreadable`: stacks of marks are held; scripts that need marks, and a stroke through a word, are not."""

import unicodedata
from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.verdict import Action

ZALGO = "Z̴͑͒͗͘͝͠a̴͑͒͗͘͝l̴͑͒͗͘͝g͑͒͗͘͝o͑͒͗͘͝"


def stacked(text: str, marks: str) -> str:
    return "".join(character + marks if character.isalpha() else character for character in text)


@pytest.mark.parametrize(
    "text",
    [
        ZALGO,
        f"hello my friend, this is a perfectly ordinary sentence but for {ZALGO}",
        "a" + "\u0321" * 200,
        stacked("you are going to regret this", "\u0336"),
        stacked("look", "\u0301\u0301\u0301\u0301"),
        "\u0e01" + "\u0e47" * 30 + " hello",
        "\u0627" + "\u064b\u0650" * 20,
    ],
)
def test_unreadable_texts_are_held(world: Any, text: str) -> None:
    verdict = world.send(text=text)
    assert (verdict.action, verdict.rule) == (Action.QUARANTINE, "unreadable")


@pytest.mark.parametrize(
    "text",
    [
        "Crème brûlée à la façon de l'Hôtel, déjà vu, naïve coöperation",
        unicodedata.normalize("NFD", "Tôi muốn một chiếc bánh mì, cảm ơn rất nhiều. Hẹn gặp lại!"),
        unicodedata.normalize("NFD", "Élève à l'école, où es-tu né ? Çà et là."),
        "สวัสดีครับ พรุ่งนี้ 10 โมง ที่นี่ น้ำผึ้ง กว๋ยเตี๋ยวเรือ",
        "ສະບາຍດີ ທ່ານ ຊື່ຫຍັງ",
        "नमस्ते, कल 10 बजे मिलते हैं। क्षत्रियों की स्त्रियाँ",
        "நன்றி, நாளை சந்திப்போம்",
        "শুভ সকাল, কেমন আছেন",
        "בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם",
        "بِسْمِ اللَّهِ الرَّحْمَٰنِ الرَّحِيمِ",
        "བཀྲ་ཤིས་བདེ་ལེགས",
        "ကျေးဇူးတင်ပါတယ်",
        "សួស្តី អ្នកសុខសប្បាយទេ",
        "Ẹ káàárọ̀, ṣé dáadáa ni? Ọjọ́ rere ò",
        "Nde reñe'ẽ porã, g̃uarani",
        "5 km ± 2, x̄ = 3, ñ",
        "g̃",
        "We s̶o̶l̶d̶ gave away the old couch yesterday, come and get the chairs",
        "1️⃣ call mom 2️⃣ milk 3️⃣ eggs 4️⃣ bread 5️⃣ jam",
        "❤️‍🔥👩‍👩‍👧‍👦🏳️‍🌈👍🏽",
    ],
)
def test_writing_that_needs_marks_passes(world: Any, text: str) -> None:
    assert world.send(text=text).rule == ""


def test_to_a_business_it_is_delivered_and_flagged(world: Any) -> None:
    verdict = world.receive("+14165550405", "+14165550101", ZALGO)
    assert (verdict.action, verdict.would_have[0].rule) == (Action.FLAG, "unreadable")


def test_to_a_person_it_is_held(world: Any) -> None:
    world.accounts["acme"] = replace(world.accounts["acme"], kind="consumer")
    world.ruleset = world.compiled()
    assert world.receive("+14165550405", "+14165550101", ZALGO).action is Action.QUARANTINE


def test_parts_are_held_with_what_came_before(world: Any) -> None:
    fates = [
        world.send(text=text, part=(number, 3, 7)).action for number, text in enumerate(["hello ", ZALGO, " bye"], 1)
    ]
    assert fates == [Action.ALLOW, Action.QUARANTINE, Action.QUARANTINE]


def test_thresholds_are_the_operators(world: Any) -> None:
    text = stacked("so it goes", "\u0332") + " with plain words that follow it"
    assert world.send(text=text).rule == ""
    world.tune("unreadable", share=10)
    hit = world.send(text=text).hit
    assert (hit.rule, hit.value, hit.limit) == ("unreadable", 19.0, 10)


def test_a_text_longer_than_is_read_is_held(world: Any) -> None:
    words = "an ordinary letter to a friend, and nothing more than that. "
    short, long = (words * 300)[:8_000], (words * 300)[:8_001]
    assert world.send(text=short).rule != "unreadable"
    verdict = world.send(destination="+14165550312", text=long)
    assert (verdict.action, verdict.rule, verdict.hit.value) == (Action.QUARANTINE, "unreadable", 8_001)
    (finding,) = [one for one in world.explain(text=long).findings if one.rule == "unreadable"]
    assert (finding.outcome, finding.value, finding.limit) == ("hit", 8_001, 8_000)


def test_explain_gives_the_stack(world: Any) -> None:
    finding = next(finding for finding in world.explain(text=ZALGO).findings if finding.rule == "unreadable")
    assert (finding.outcome, finding.limit) == ("hit", 3)
    assert finding.value > 5
