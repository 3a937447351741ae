"""A message in a file: who would bring it, for whom it would be, and what it would be judged as."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.channels.mm4.codec.fields import Visibility
from edge.channels.mm4.supposing import Supposed
from edge.core.media import Media
from edge.core.submission import Direction

from .desk import THEM, THEM_TOO, US, Desktop, message

MEDIA = Media(texts=(("text", "hello"),))


@pytest.fixture
def desk() -> Desktop:
    return Desktop()


def test_a_customers_message_is_its_accounts(desk: Desktop) -> None:
    content = message(to=(THEM, THEM_TOO), visibility=Visibility.HIDE)
    submission = Supposed(content, "").submission(desk.service, "", MEDIA)
    assert submission.account is not None
    assert (submission.direction, submission.account.name, submission.origin) == (Direction.MT, "acme", "acme")
    assert (submission.source.number, submission.destination.number) == (int(US[1:]), int(THEM[1:]))
    assert (submission.destinations, submission.body.text, submission.media) == (2, "hello", MEDIA)
    assert submission.identity is not None
    assert submission.identity.hidden


async def test_it_is_what_a_peer_would_have_brought(desk: Desktop) -> None:
    content = message()
    desk.looker.media = MEDIA
    await desk.sends(content, THEM)
    [judged] = desk.desk.judged
    supposed = Supposed(content, "").submission(desk.service, "acme", MEDIA)
    for name in ("direction", "account", "origin", "end_user", "source", "destination", "body", "receipt", "media"):
        assert getattr(supposed, name) == getattr(judged, name), name


def test_a_subscribers_message_is_for_the_owner(desk: Desktop) -> None:
    submission = Supposed(message(sender=THEM, to=(US,)), "").submission(desk.service, "", MEDIA)
    assert submission.account is not None
    assert (submission.direction, submission.account.name, submission.origin) == (Direction.MO, "acme", "north")


def test_the_recipient_and_the_peer_can_be_given(desk: Desktop) -> None:
    submission = Supposed(message(), THEM_TOO).submission(desk.service, "south", MEDIA)
    assert submission.account is not None
    assert (submission.account.name, submission.destination.number) == ("rival", int(THEM_TOO[1:]))


def test_a_plain_mail_will_do(desk: Desktop) -> None:
    mail = f"From: {US}/TYPE=PLMN\r\nTo: {THEM}/TYPE=PLMN\r\nSubject: x\r\n\r\nhello\r\n".encode()
    submission = Supposed(mail, "").submission(desk.service, "", MEDIA)
    assert submission.account is not None
    assert (submission.account.name, submission.destination.number) == ("acme", int(THEM[1:]))


@pytest.mark.parametrize(
    ("content", "to", "peer", "words"),
    [
        (b"", "", "", "no From|no message"),
        (b"Subject: x\r\n\r\n", THEM, "", "no From"),
        (b"From: +14165550101\r\n\r\n", "", "", "no To"),
        (message(), "", "west", "no .*peer.* is called 'west'"),
        (message(sender=THEM, to=(THEM_TOO,)), "", "north", "none has"),
        (b"X-Mms-Message-Type: MM4_forward.RES\r\nX-Mms-Transaction-ID: 1\r\n\r\n", THEM, "", "report or a response"),
        (b"X-Mms-Message-Type: nothing\r\n\r\n", THEM, "", "no message"),
    ],
)
def test_what_cannot_be_supposed(desk: Desktop, content: bytes, to: str, peer: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Supposed(content, to).submission(desk.service, peer, MEDIA)


DESK = Desktop()


@given(st.binary(max_size=300), st.sampled_from([b"", b"From: +14165550101\r\nTo: ", b"X-Mms-Message-Type: "]))
def test_any_octets_are_a_message_or_a_sentence(octets: bytes, head: bytes) -> None:
    with suppress(ValueError):
        Supposed(head + octets, "").submission(DESK.service, "", MEDIA)
