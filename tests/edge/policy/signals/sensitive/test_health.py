"""Health: results and diagnoses of somebody, not appointments, campaigns or what people say of themselves."""

import pytest

from edge.policy.signals.sensitive.health import tells


@pytest.mark.parametrize(
    "text",
    [
        "your hiv test result: positive. please call us.",
        "your chlamydia test came back negative",
        "your std results are: negative",
        "you have been diagnosed with type 2 diabetes",
        "votre test vih est negatif",
        "vos resultats pour la chlamydia sont positifs",
        "the results of your biopsy are benign",
        "your pregnancy test is positive",
        "patient john smith tested positive for hepatitis b",
        "her diagnosis is bipolar disorder",
        "su prueba de vih es positiva",
        "your a1c result is 7.2",
        "we confirmed your gonorrhea infection",
        "your cancer is confirmed, dr lee will call",
        "votre hepatite est confirmee",
        "you have been diagnosed with crohn's disease",
        "vous avez recu un diagnostic d'endometriose",
        "your mpox test is positive",
        "your depression diagnosis was sent to your insurer",
    ],
)
def test_told(text: str) -> None:
    assert tells(text)


@pytest.mark.parametrize(
    "text",
    [
        "your results are in, please call us.",
        "your hiv test is booked for tuesday",
        "get your free hiv test, results in 20 minutes",
        "diabetes clinic: your appointment is on tuesday at 10",
        "your diabetes clinic appointment is confirmed for monday at 9",
        "your pregnancy yoga class was confirmed for monday",
        "votre rendez-vous a la clinique du cancer est confirme",
        "confirmed: your covid booster visit on friday",
        "your covid diagnostic test is booked",
        "your cancer diagnosis clinic is on floor 3",
        "your asthma inhaler is ready for pickup",
        "your arthritis group meets at 6",
        "cancer walk on sunday, bring your friends",
        "your positive feedback means a lot",
        "i tested positive for covid, can't come",
        "my mom was diagnosed with cancer",
        "your blood test is booked for 5/9, nothing to eat after midnight",
        "stay positive",
        "know your status. hiv testing saturday",
        "hiv " * 5_000,
    ],
)
def test_not_told(text: str) -> None:
    assert not tells(text)
