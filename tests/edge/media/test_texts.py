"""Words in markup and cards."""

from hypothesis import given
from hypothesis import strategies as st

from edge.media import cards, markup

SMIL = """<smil><head><meta name="title" content="a title"/><layout><region id="Image"/></layout></head><body>
<par dur="5s"><img src="cid:1" region="Image" alt="buy &quot;now&quot;"/><text src="t.txt" title='second'/></par>
</body></smil>"""


def test_smil_says_what_people_are_shown() -> None:
    assert markup.words(SMIL) == 'a title\nbuy "now"\nsecond'


def test_pages() -> None:
    source = """<html><style>p{}</style><script>var x="no"</script><p>Hello <b>you</b> &amp; me<!-- no -->
    <a href="https://x.example/a?b=1&amp;c=2">here</a><a href="#top">up</a>"""
    assert markup.words(source).split("\n") == ["Hello", "you", "& me", "https://x.example/a?b=1&c=2", "here", "up"]


def test_entities_do_not_unfold() -> None:
    lol = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><smil alt="&b;">&b;</smil>'
    assert len(markup.words(lol)) < 200


def test_a_card_unfolded() -> None:
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Tax Office\r\nN:Office;Tax;;;\r\nTEL;TYPE=CELL:+1 416 555 0199\r\n"
        "item1.URL:https://cra-ref\r\n und.top\r\nNOTE:claim\\, now\\nor never\r\nPHOTO;ENCODING=b;TYPE=JPEG:AAAA\r\n"
        " BBBB\r\nEND:VCARD\r\n"
    )
    assert cards.words(card).split("\n") == [
        "Tax Office",
        "Office Tax",
        "+1 416 555 0199",
        "https://cra-refund.top",
        "claim, now",
        "or never",
    ]


def test_quoted_printable_of_old_cards() -> None:
    card = "BEGIN:VCARD\r\nNOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:caf=C3=A9 =\r\nnow\r\nEND:VCARD"
    assert cards.words(card) == "café now"


def test_calendars() -> None:
    event = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261126T100000Z\r\nSUMMARY:Prize\r\nLOCATION:here\r\n"
        "DESCRIPTION;LANGUAGE=en:call +1 900 555 0100\r\nURL:http://x.example\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    assert cards.words(event).split("\n") == ["Prize", "here", "call +1 900 555 0100", "http://x.example"]


@given(st.text(max_size=2000))
def test_any_text(source: str) -> None:
    assert len(markup.words(source)) <= markup.TEXT_MAX
    assert len(cards.words(source)) <= cards.TEXT_MAX


def test_hostile_texts_take_linear_time() -> None:
    for source in ("<" * 500_000, "<!--" * 200_000, "<script>" * 100_000, '<a alt="' * 100_000, "<a alt=" * 100_000):
        assert len(markup.words(source)) <= markup.TEXT_MAX
    for source in ("a;" * 300_000, "N" * 500_000 + ":x", "x\r\n " * 200_000, "=\r\n" * 200_000 + "QUOTED-PRINTABLE"):
        assert len(cards.words(source)) <= cards.TEXT_MAX
