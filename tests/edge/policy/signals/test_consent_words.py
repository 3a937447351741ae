"""STOP and its like: what counts, and what only sounds like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.policy.signals.consent import (
    ASKS,
    ASKS_END,
    CONFIRMS,
    LENGTH_MAX,
    SAYS,
    SAYS_HELP,
    SAYS_REVOKE,
    SAYS_START,
    SAYS_STOP,
    SAYS_YES,
    SELLS,
    normal,
    said,
)
from edge.policy.signals.reader import read

from .revocations import NOT, REVOCATIONS


def says(text: str) -> int:
    return read(text).flags & SAYS


@pytest.mark.parametrize("text", REVOCATIONS)
def test_a_revocation(text):
    assert says(text) in (SAYS_STOP, SAYS_REVOKE)


@pytest.mark.parametrize("text", NOT)
def test_no_revocation(text):
    assert not says(text) & (SAYS_STOP | SAYS_REVOKE)


# policy.md A.1, R-OPTOUT: the list, word by word
_KEYWORDS = (
    "STOP,STOPALL,STOP ALL,UNSUBSCRIBE,CANCEL,END,QUIT,REVOKE,OPT OUT,OPTOUT,OPT-OUT,REMOVE,ARRET,ARRETEZ,ARRÊT,TD,"
    "DESABONNER,ALTO,PARAR"
)
KEYWORDS = _KEYWORDS.split(",")


@pytest.mark.parametrize("keyword", KEYWORDS)
@pytest.mark.parametrize("written", ["{}", "{}.", "  {}!!! ", '"{}"', "{} \U0001f621", "\n{}\n", "- {} -"])
def test_a_keyword_is_the_whole_text_but_for_signs(keyword, written):
    assert says(written.format(keyword)) == SAYS_STOP
    assert says(written.format(keyword.lower())) == SAYS_STOP
    assert says(written.format(keyword.capitalize())) == SAYS_STOP


@pytest.mark.parametrize("keyword", KEYWORDS)
@pytest.mark.parametrize(
    "written", ["{} at noon works for us", "is it the {} then?", "we will see about the {} on Monday"]
)
def test_a_keyword_inside_a_sentence_is_none(keyword, written):
    assert says(written.format(keyword.lower())) == 0


@pytest.mark.parametrize(
    ("flag", "texts"),
    [
        (SAYS_START, ["START", "Unstop", "subscribe", "start please", "UNSTOP!", "opt in", "s'abonner"]),
        (SAYS_YES, ["YES", "Yes!", "y", "OUI", "sí", "yes please"]),
        (SAYS_HELP, ["HELP", "aide", "Info", "info?", "AYUDA"]),
        (
            0,
            ["help me", "yes but later", "start at 5", "info desk", "no", "ok", "", " ", "\U0001f44d", "start the car"],
        ),
    ],
)
def test_other_words(flag, texts):
    assert [says(text) for text in texts] == [flag] * len(texts)


def test_eight_words_and_no_more():
    assert says("I really want you to stop texting me") == SAYS_REVOKE
    assert says("I really do want you to stop texting me") == 0


@pytest.mark.parametrize(
    "text",
    [
        "Maple Dental: You are unsubscribed and will receive no more messages. Reply START to resubscribe.",
        "Maple Dental: you have been unsubscribed. Reply START to resume.",
        "You have successfully been unsubscribed. You will not receive any more messages from this number.",
        "ACME: You've opted out and will no longer receive promotional messages from us. Reply HELP for help.",
        "Your opt-out request was received. No further texts will be sent.",
        "You are now removed from our list. Sorry for the trouble!",
        "Sorry! We won't text you again.",
        "Vous êtes désabonné et ne recevrez plus de messages. Répondez DEBUT pour reprendre.",
        "Ville de Laval : vous avez été désabonné(e). Plus aucun message ne vous sera envoyé.",
        "Ha sido dado de baja y no recibirá más mensajes.",
        "You're unsubscribed from Acme sales and special offers. No more messages will be sent.",
        "Sorry to see you go! You won't get any more texts from Acme. Changed your mind? Reply START.",
        "Votre désabonnement est confirmé. Acme",
        "Acme : votre désinscription a été effectuée.",
        'You texted "stop" which blocks all messages sent from this number. Text back "unstop" to receive them again.',
        "You are unsubscribed. Reply YES if you want to get messages again.",
        "You are unsubscribed from event alerts. Reply YES to rejoin",
    ],
)
def test_a_confirmation(text):
    assert read(text).flags & (CONFIRMS | SELLS) == CONFIRMS


@pytest.mark.parametrize(
    "text",
    [
        "You are unsubscribed. Before you go: 20% off your next order!",
        "You have been unsubscribed. Changed your mind? Use code BACK10 today",
        "You're unsubscribed :( Shop now and save $10",
        "You are opted out. Our sale ends Sunday.",
        "Vous êtes désabonné. 20 % de rabais si vous revenez",
        "You're opted out. By the way, our winter clearance begins Monday",
        "Vous êtes désabonné. Les soldes commencent demain",
        "Reply YES to confirm that you want to be unsubscribed",
        "Are you opted out? Text 1 to complete it",
    ],
)
def test_a_confirmation_that_sells(text):
    assert read(text).flags & SELLS


@pytest.mark.parametrize(
    "text", ["Your code is 123456", "Are you still coming?", "Your order has shipped", "ok, sorry"]
)
def test_no_confirmation(text):
    assert not read(text).flags & CONFIRMS


@pytest.mark.parametrize(
    ("asks", "texts"),
    [
        (
            True,
            [
                "You are unsubscribed. Reply START to resubscribe.",
                "Text UNSTOP to resume",
                "Reply YES to subscribe to ACME alerts",
                "Acme: reply Y to receive order updates by text. Msg&data rates may apply.",
                "Répondez OUI pour recevoir nos alertes",
                "Reply YES to subscribe, STOP to cancel",
                "Reply YES to receive alerts. Reply STOP to opt out",
                "Reply Y to opt in",
            ],
        ),
        (
            False,
            [
                "Reply YES to confirm your appointment",
                "Reply C to confirm or call us",
                "Did you spend $412.10? Reply YES or NO.",
                "We start at 5, reply when you can",
                "yes, start without me",
                # a YES to these agrees to an end
                "Acme: reply YES to stop receiving texts",
                "Reply Y to opt out",
                "Reply 'YES' if you want to unsubscribe",
                "Reply YES to confirm that you no longer want to receive alerts",
                "Répondez OUI pour ne plus recevoir nos messages",
            ],
        ),
    ],
)
def test_what_asks_for_consent(asks, texts):
    assert [read(text).flags & (ASKS | ASKS_END) == ASKS for text in texts] == [asks] * len(texts)


@given(st.text(max_size=300))
def test_nothing_makes_it_raise(text):
    assert said(text) & ~SAYS == 0
    assert normal(text) == normal(normal(text)) or len(normal(text)) < 5


@pytest.mark.parametrize(
    "text", ["stop " * 100, "s t o p " * 500, "stop" * 5000, "wrong number " * 3, "don't " * 30 + "text"]
)
def test_long_and_repeated_texts(text):
    read(text)
    said(text[:LENGTH_MAX])
