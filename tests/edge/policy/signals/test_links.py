"""Links in texts: what is one, what is none, and what is wrong with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.policy.signals.flags import names
from edge.policy.signals.fold import fold
from edge.policy.signals.links import CANDIDATES_MAX, FAULTS, LINKS_MAX, WINDOW, Link, find, flags_of_links, links_in
from edge.policy.signals.reader import read


def hosts(text: str) -> list[str]:
    return [link.host for link in find(text)]


def only(text: str) -> Link:
    links = find(text)
    assert len(links) == 1, links
    return links[0]


@pytest.mark.parametrize(
    ("text", "host", "path"),
    [
        ("see https://maple.example/a/b?x=1#top now", "maple.example", "/a/b"),
        ("HTTP://MAPLE.EXAMPLE", "maple.example", ""),
        ("(https://maple.example/a).", "maple.example", "/a"),
        ("Seehttp://maple.example/a", "maple.example", "/a"),
        ("https://maple.example:8443/x", "maple.example", "/x"),
        ("Renew at citylibrary.example or reply RENEW", "citylibrary.example", ""),
        ("See laval-alert.example.", "laval-alert.example", ""),
        ("Claim:tinyurl.com/w1n-now", "tinyurl.com", "/w1n-now"),
        ("www.maple.co.uk", "www.maple.co.uk", ""),
        ("go to luckyspin.vip", "luckyspin.vip", ""),
        ("nb-login.xyz", "nb-login.xyz", ""),
        ("t.co/abc", "t.co", "/abc"),
        ("185.12.33.9/cra", "185.12.33.9", "/cra"),
        ("请访问maple.com查看", "maple.com", ""),
        ("http://münchen.de/x", "münchen.de", "/x"),
        ("http://xn--mnchen-3ya.de/x", "münchen.de", "/x"),
        ("почта.рф/x", "почта.рф", "/x"),
        ('<a href="http://nb-login.xyz">', "nb-login.xyz", ""),
        ("https://%6Daple.example/x", "maple.example", "/x"),
        ("http://maple.example\\@other.example/", "maple.example", ""),
    ],
)
def test_what_is_a_link(text: str, host: str, path: str) -> None:
    link = only(text)
    assert (link.host, link.path, link.hidden) == (host, path, False)


@pytest.mark.parametrize(
    "text",
    [
        "ok.so see you",
        "home.Thanks for the lift",
        "I'm home.in an hour maybe",
        "e.g. this, i.e. that, a.k.a. him",
        "10.5 or 3.com, v2.1.3 and 10.30am, 9.am",
        "$1.50.no problem",
        "me@maple.example or me.too@maple.co.uk",
        "write to olowoyey@ usc.edu",
        "report.pdf, photo.zip, notes.md, run.sh, main.py, clip.mov",
        "host 10.0.0.5 back up, 192.168.1.20 still down, 8.8.8.8 too",
        "Mr.Green and St.Louis and No.1",
        "B.Com and M.Tech from U.S.A",
        "oui.ca va bien",
        "call 1.800.555.0199",
        "wait...what..ok.",
        "love you.to the moon.and back",
        "it.is what it.is",
        "@uptown.example #123456",
        "tel: 555.0123",
        "",
        ".",
        "://",
        "http://",
        "http://...",
        "ping db-03.internal and cache.local",
        "lol.it's fine.now go",
    ],
)
def test_what_is_none(text: str) -> None:
    assert find(text) == ()


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("hxxps://nb-login.xyz/a", "nb-login.xyz"),
        ("hxxp://nb-login[.]xyz/a", "nb-login.xyz"),
        ("nb-login[.]xyz", "nb-login.xyz"),
        ("nb-login (dot) xyz", "nb-login.xyz"),
        ("nb-login{dot}xyz/a", "nb-login.xyz"),
        ("nb-login dot xyz", "nb-login.xyz"),
        ("www dot northbank dot com", "www.northbank.com"),
        ("nb-login . xyz", "nb-login.xyz"),
        ("nb-login. xyz", "nb-login.xyz"),
        ("northbank. com", "northbank.com"),
        ("nb-login．xyz", "nb-login.xyz"),
        ("nb-login。xyz", "nb-login.xyz"),
        ("nb-login․xyz/a", "nb-login.xyz"),
    ],
)
def test_hidden_links(text: str, host: str) -> None:
    (link,) = find(text)
    assert (link.host, link.hidden) == (host, True)
    assert "link-hidden" in names(read(text).flags)


@pytest.mark.parametrize(
    "text",
    [
        "the dot com boom",
        "Are you ok . me too",
        "see you there . info to follow",
        "in the end. co workers said no",
        "polka dot top",
        "at this point in time",
    ],
)
def test_nothing_hidden(text: str) -> None:
    assert find(text) == ()


def test_invisible_characters_inside() -> None:
    assert hosts("north\u200bbank-id.com and nb\u00ad-card.xyz") == ["northbank-id.com", "nb-card.xyz"]


def test_letter_by_letter() -> None:
    reading = read("N o r t h B a n k : v e r i f y a t n b - c a r d . x y z / a")
    assert any(link.hidden and link.host.endswith("nb-card.xyz") for link in reading.links)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("http://185.12.33.9/cra", {"ip"}),
        ("http://[2001:db8::1]/x", {"ip"}),
        ("http://3106677001/a", {"ip-odd"}),
        ("http://0xB90C2109/", {"ip-odd"}),
        ("http://0271.014.041.011", {"ip-odd"}),
        ("http://192.168.1.1/setup", set()),
        ("https://northbank.example@evil-login.top/a", {"userinfo", "abused-tld"}),
        ("http://vm-player.cc/msg.apk", {"executable", "abused-tld"}),
        ("https://maple.example/a.b/c", set()),
        ("https://canadapost-redelivery.icu", {"look-alike", "abused-tld"}),
        ("https://xn--northbnk-66g.com/", {"look-alike", "mixed-script"}),
        ("https://a.b.c.d.maple.com/", {"deep"}),
        ("https://secur1ty-desk.com/", {"deep"}),
        ("https://bit.ly/3x", {"shortener"}),
        ("https://youtu.be/dQw4w9WgXcQ", {"own-shortener"}),
        ("https://maps.app.goo.gl/x", {"own-shortener"}),
        ("https://goo.gl/x", {"shortener"}),
        ("https://wa.me/15551234", {"messenger"}),
        ("http://explicit-pics.example/me.jpg", {"adult"}),
        ("https://www.pornhub.com/", {"adult"}),
    ],
)
def test_faults(text: str, faults: set[str]) -> None:
    assert set(only(text).faults) == faults


def test_flags() -> None:
    reading = read("Track: https://407-etr.vip/pay.apk")
    assert {"link", "link-look-alike", "link-abused-tld", "link-executable"} <= set(names(reading.flags))
    assert set(FAULTS) >= {fault for link in reading.links for fault in link.faults}


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('Is this a scam? "CRA: claim at cra-refund.top"', True),
        ("she sent “see nb-login.xyz” to me", True),
        ("il dit «nb-login.xyz» hier", True),
        ('see nb-login.xyz "now"', False),
        ('"hello" nb-login.xyz', False),
    ],
)
def test_quoted(text: str, quoted: bool) -> None:
    flags = flags_of_links(find(text), text)
    assert ("link-quoted" in names(flags)) == quoted


def test_at_most_so_many() -> None:
    assert len(find(" ".join(f"http://h{number}.example/" for number in range(100)))) == LINKS_MAX
    assert len(find(" ".join(f"h{number}.example" for number in range(100)))) == LINKS_MAX
    decoys = "a.aa " * (CANDIDATES_MAX + 10)
    assert hosts(decoys + "https://nb-login.xyz") == ["nb-login.xyz"]


def test_links_of_long_texts() -> None:
    filler = "all is well today " * 1000
    assert hosts(f"https://first.example {filler} last.example") == ["first.example", "last.example"]
    assert hosts(f"{filler} https://nb-login.xyz/a {filler} www.maple.example {filler}") == [
        "nb-login.xyz",
        "www.maple.example",
    ]
    assert len(filler) > WINDOW
    assert read(filler + " nb-login.xyz").links


def test_only_signs_call_for_a_look() -> None:
    text = "See you at 2."
    assert links_in(text, fold(text), 0) == ()


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    for link in find(text):
        assert link.host
        assert set(link.faults) <= set(FAULTS)


@given(st.text(alphabet="ab.-:/@[]()%0x дa\u200b。 dothxp", max_size=200))
def test_hostile_alphabets(text: str) -> None:
    assert len(find(text)) <= LINKS_MAX
    assert len(read(text).links) <= LINKS_MAX


@given(st.from_regex(r"[a-z]{3,12}-[a-z]{3,12}\.(com|ca|top|example)", fullmatch=True))
def test_a_host_is_found_wherever_it_stands(host: str) -> None:
    for text in (host, f"go {host} now", f"({host})", f"https://{host}/x", f"at {host}, ok?", f"A:{host}."):
        assert hosts(text) == [host]
