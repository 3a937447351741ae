"""What is known of a host without asking anybody, and which hosts imitate a protected brand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.policy.data import entries
from edge.policy.signals.book import Book, book_of, parse_brand
from edge.policy.signals.hosts import CACHE, Hosts, decoded, encoded, hosts_of, is_top_level
from edge.policy.signals.lookalike import Lookalikes, skeleton

HOSTS = hosts_of(book_of())


def faults(host: str) -> tuple[str, ...]:
    return HOSTS.look_up(host).faults


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.maple.example", "maple.example"),
        ("a.b.maple.co.uk", "maple.co.uk"),
        ("maple.github.io", "maple.github.io"),
        ("www.service.gov.on.ca", "gov.on.ca"),
        ("co.uk", "co.uk"),
        ("maple.nosuchtld", "maple.nosuchtld"),
        ("www.xn--mnchen-3ya.de", "münchen.de"),
        ("www.例子.中国", "例子.中国"),
        ("10.0.0.5", "10.0.0.5"),
    ],
)
def test_registrable_domains(host: str, domain: str) -> None:
    assert HOSTS.look_up(host).domain == domain


@pytest.mark.parametrize(
    "host",
    [
        "canadapost-redelivery.icu",
        "canada-post-parcel.com",
        "cra-refund.top",
        "407-etr.vip",
        "northbank-secure.top",
        "northbanksecure.com",
        "securenorthbanklogin.com",
        "northbnk.com",
        "nortbhank.com",
        "northbank.net",
        "n0rthbank.com",
        "xn--northbnk-66g.com",
        "paypai.com",
        "paypa1.com",
        "payppal.com",
        "paypa.top",
        "paypalsecure.com",
        "my-paypal.com",
        "amaz0n.com",
        "amazon24.top",
        "amazonhelp24.com",
        "fedex-tracking.live",
        "irsrefund.com",
        "usps-redelivery.com",
        "uspsdelivery.com",
        "ukhmrc-tax-refund.com",
        "apple-id-login.com",
        "chase-verify.com",
        "ups-tracking.vip",
        "www.paypal.com.verify-id.xyz",
        "apple.com.verify-id.com",
        "northbank.web.app",
        "micros0ft-support.com",
        "rnicrosoft.com",
        "netfiix.com",
        "аррӏе.com",
        "xn--80ak6aa92e.com",
        "desjardins-securite.ca",
        "impots-gouv-remboursement.fr",
        "ameli-remboursement.fr",
        "cibc-payee.com",
        "cibc-new-device.com",
        "bmo-suspension.info",
        "saaq-facture.com",
        "usps-aduana.com",
    ],
)
def test_look_alikes(host: str) -> None:
    assert "look-alike" in faults(host)


@pytest.mark.parametrize(
    "host",
    [
        "northbank.example",
        "secure.northbank.example",
        "www.canada.ca",
        "canadapost-postescanada.ca",
        "cra-arc.gc.ca",
        "amazon.com",
        "amazon.se",
        "smile.amazon.co.uk",
        "www.paypal.me",
        "td.com",
        "easyweb.td.com",
        "g.co",
        "applebees.com",
        "pineapple-express.com",
        "apple-valley-dental.com",
        "chase-family-reunion.org",
        "orange-county-roofing.com",
        "targetfitness.ca",
        "bell-plumbing.ca",
        "halifax-ferry.ca",
        "rogers-electric.com",
        "craft-beer.ca",
        "crawford.com",
        "first-aid.org",
        "firsttrust.com",
        "upsidedown.com",
        "groups.example",
        "irishpub.com",
        "opus.ca",
        "telos.com",
        "zello.com",
        "engine.com",
        "amelia.fr",
        "monza.it",
        "shine.com",
        "maple-dental.ca",
        "mapledental.example",
        "brightretail.example",
        "steampunk-shop.com",
        "visaguide.world",
        "metro-parcel.com",
        "discover-quebec.com",
        "koodoo.example.org",
        "wise-owl.com",
        "apple-statement-lamps.com",
        "multas-legal.example",
        "device-repair.ca",
        "bell-espace.ca",
        "postes.example",
        "camping-ontario.example",
        "北京.com",
        "münchen.de",
        "почта.рф",
        "καλημέρα.gr",
    ],
)
def test_no_look_alikes(host: str) -> None:
    assert not {"look-alike", "mixed-script"} & set(faults(host))


@pytest.mark.parametrize(
    ("host", "mixed"),
    [
        ("northbаnk.com", True),  # Cyrillic a
        ("αpple.com", True),  # Greek alpha
        ("почта.com", False),
        ("日本travel.com", False),
        ("xn--mnchen-3ya.de", False),
        ("шkola.ru", True),
    ],
)
def test_mixed_scripts(host: str, mixed: bool) -> None:
    assert ("mixed-script" in faults(host)) == mixed


@pytest.mark.parametrize(
    "host",
    [
        "pornhub.com",
        "de.pornhub.com",
        "hot-porn.net",
        "freeporn.com",
        "sex-cam.live",
        "sexy-pics.net",
        "escort-girls.ca",
        "explicit-pics.example",
        "any.xxx",
        "onlyfans.com",
        "nude-photos.com",
        "camgirls.example",
    ],
)
def test_adult(host: str) -> None:
    assert "adult" in faults(host)


@pytest.mark.parametrize(
    "host",
    [
        "middlesex.edu",
        "essex.gov.uk",
        "sussex.ac.uk",
        "sexualhealth.example",
        "sex-education.ca",
        "ville-pornic.fr",
        "pornichet.fr",
        "xxxlutz.de",
        "milford.ct.us",
        "naked-wines.com",
        "escort-club.org",
        "magna-cum-laude.org",
        "ford-escort.example",
        "explicit.example",
        "adult-learning.ca",
        "tube.com",
        "cockpit.example",
        "scunthorpe.uk",
    ],
)
def test_not_adult(host: str) -> None:
    assert "adult" not in faults(host)


def test_literals() -> None:
    assert HOSTS.look_up("0x7f000001").name == "127.0.0.1"
    assert HOSTS.look_up("017700000001").faults == ("ip-odd",)
    assert HOSTS.look_up("1.2.3").name == "1.2.0.3"
    assert HOSTS.look_up("300.1.1.1").faults == ()  # no address, and no name that exists
    assert HOSTS.look_up("8.8.8.8").faults == ("ip",)
    assert [HOSTS.look_up(host).faults for host in ("10.1.2.3", "172.16.0.1", "192.168.0.1", "127.0.0.1")] == [()] * 4


def test_top_levels() -> None:
    assert all(map(is_top_level, ("com", "ca", "example", "рф", "xn--p1ai", "top", "ck")))
    assert not any(map(is_top_level, ("nosuchtld", "thanks", "pdf", "")))


def test_it_remembers_and_forgets() -> None:
    hosts = Hosts(book_of())
    for number in range(10):
        hosts.look_up(f"h{number}.example")
    hosts.look_up("h1.example")
    assert hosts.look_up.cache_info().hits == 1
    assert hosts.cached() == (10, CACHE)


@given(st.text(max_size=60))
def test_any_host(host: str) -> None:
    assert HOSTS.look_up(host).name is not None


@given(st.text(alphabet=st.characters(categories=["Ll", "Lo"]), min_size=1, max_size=20))
def test_punycode_there_and_back(label: str) -> None:
    assert decoded(encoded(label)) == label.lower()


@given(st.data())
def test_one_edit_from_a_long_name(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["northbank", "canadapost", "desjardins", "scotiabank", "walmart", "microsoft"]))
    place = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    kind = data.draw(st.sampled_from(["less", "more", "other", "exchanged"]))
    edited = {
        "less": name[:place] + name[place + 1 :],
        "more": name[:place] + letter + name[place:],
        "other": name[:place] + letter + name[place + 1 :],
        "exchanged": name[:place] + name[place : place + 2][::-1] + name[place + 2 :],
    }[kind]
    assert HOSTS.names_brand(edited)


@pytest.mark.parametrize(
    ("one", "other"),
    [("PayPaI", "paypal"), ("n0rthbank", "northbank"), ("rnicrosoft", "microsoft"), ("аррӏе", "apple"), ("é", "e")],
)
def test_skeletons(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("sender", "brand"),
    [
        ("PayPaI", "paypal"),
        ("PAYPAL", "paypal"),
        ("NorthBank", "northbank"),
        ("N0RTHBANK", "northbank"),
        ("CanadaPost", "canada post"),
        ("Canada Post", "canada post"),
        ("CRA", "cra"),
        ("AMAZON SEC", "amazon"),
        ("Apple", "apple"),
        ("DHL-Parcel", "dhl"),
        ("ACMEDENTAL", ""),
        ("MAPLE", ""),
        ("Crafts", ""),
        ("Apple Pie", ""),
        ("123", ""),
        ("", ""),
    ],
)
def test_names_of_senders(sender: str, brand: str) -> None:
    assert HOSTS.brand_of_sender(sender) == brand


def test_the_lists_are_clean() -> None:
    for name in ("shorteners", "own-shorteners", "messengers", "adult", "abused-tlds", "executables", "innocent-hosts"):
        listed = entries(f"{name}.txt")
        assert len(listed) == len(set(listed)) > 5, name
        assert all(entry == entry.lower().strip() and " " not in entry for entry in listed), name
    kinds = [set(entries(f"{name}.txt")) for name in ("shorteners", "own-shorteners", "messengers", "adult")]
    assert sum(map(len, kinds)) == len(set().union(*kinds))


def test_no_shipped_brand_imitates_another() -> None:
    for brand in book_of().brands:
        for domain in brand.domains:
            assert "look-alike" not in faults(domain), domain


def test_an_operators_own_brand() -> None:
    book = Book([parse_brand("Maple Dental | mapledental.example | retail")], True)
    hosts = Hosts(book)
    assert hosts.look_up("mapledental-pay.com").faults == ("look-alike",)
    assert hosts.look_up("www.mapledental.example").faults == ()
    assert not Lookalikes(book).alike("northbank", False)
