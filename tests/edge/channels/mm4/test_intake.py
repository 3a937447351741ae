"""What the rules are shown of a message's texts."""

from edge.channels.mm4.codec.header import read_head
from edge.channels.mm4.intake import SEEN_CAP, body_of
from edge.core.media import Media

HEAD = read_head(b"Subject: x\r\n\r\nbody\r\n")


def test_all_texts_are_shown_in_their_order():
    media = Media(
        texts=(("subject", "Hi"), ("text", ""), ("text", "see you"), ("code", "https://a.example"), ("seen", "MENU"))
    )
    body = body_of(HEAD, media)
    assert (body.text, body.octets) == ("Hi\nsee you\nhttps://a.example\nMENU", b"body\r\n")


def test_photographed_pages_are_not_a_text_too_long_to_read():
    pages = tuple(("seen", str(page) * 3000) for page in range(5))
    body = body_of(HEAD, Media(texts=(("text", "the contract"), *pages, ("card", "Ann"))))
    assert body.text == "\n".join(("the contract", "0" * 3000, "1" * (SEEN_CAP - 3000), "Ann"))
