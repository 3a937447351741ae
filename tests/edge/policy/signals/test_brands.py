"""Brands that texts name, and those that they speak for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.account import Account
from edge.policy.data import entries
from edge.policy.signals.book import KINDS, Book, book_of, expression, parse_brand
from edge.policy.signals.brands import BRANDS_MAX
from edge.policy.signals.flags import names
from edge.policy.signals.links import find
from edge.policy.signals.owners import names_itself, owns_link, speaks_for
from edge.policy.signals.reader import read


def said(text: str) -> set[str]:
    """What the reading says of brands, short: named, claimed, implied, government."""
    return {name.removeprefix("brand-") for name in names(read(text).flags) if name.startswith("brand-")} - {"hint"}


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("NorthBank: did you spend $412.10 at Acme? Reply YES", "northbank"),
        ("[NorthBank] verify your card", "northbank"),
        ("NorthBank - your card is locked", "northbank"),
        ("NorthBank Fraud Alert: reply YES", "northbank"),
        ("URGENT NorthBank: your card is locked", "northbank"),
        ("Dear customer, NorthBank: your card is locked", "northbank"),
        ("This is NorthBank. Call us", "northbank"),
        ("this is the northbank security team", "northbank"),
        ("This is a message from Canada Post", "canada post"),
        ("it's Netflix, your payment failed", "netflix"),
        ("Hi this is officer john smith from CRA regarding your case", "cra"),
        ("Hello, I am Sarah from Purolator", "purolator"),
        ("Message from HSBC: call us", "hsbc"),
        ("Alert from Interac", "interac"),
        ("NorthBank here, please call", "northbank"),
        ("We are NorthBank, reply now", "northbank"),
        ("Your parcel is held. Thank you, Canada Post", "canada post"),
        ("Service Canada: your SIN has been suspended, press 1", "service canada"),
        ("407 ETR: unpaid toll $6.84", "407 etr"),
        ("407ETR: unpaid toll $6.84", "407 etr"),
        ("Apple Support: $499.99 charged to your card", "apple"),
        ("Chase Fraud Alert: $400 on your debit card? Reply YES", "chase"),
        ("UPS: your package is on hold, pay the customs fee", "ups"),
        ("TD: your bank account is locked", "td"),
        ("Ici Revenu Québec : votre remboursement est prêt", "revenu quebec"),
        ("C'est Desjardins, votre carte est bloquée", "desjardins"),
        ("Message de Postes Canada : colis en attente", "canada post"),
        ("N0rthB4nk: your card is locked", "northbank"),
        ("North\u200bBank: log in", "northbank"),
        ("NоrthBаnk: log in", "northbank"),  # Cyrillic o and a
        ("Hi, Jenny from TD Bank here. Your card is locked", "td"),
        ("Bonjour, Marc Roy de Desjardins ici, rappelez-moi", "desjardins"),
        ("Sam from Netflix customer care here: call me back", "netflix"),
        ("Agent Tremblay, Agence du revenu du Canada. Appelez-nous", "cra"),
        ("Officer Lee, Service Canada: call us", "service canada"),
        ("This is your bank, RBC. Call us", "rbc"),
        ("Ici votre banque, Desjardins. Rappelez-nous", "desjardins"),
        ("We are calling from Purolator, reply with a time", "purolator"),
        ("Call to keep your service. Yours truly, Netflix", "netflix"),
        ("Purolator ici: votre colis attend", "purolator"),
        ("Message de la part de Revenu Québec: appelez-nous", "revenu quebec"),
        ("Ceci est un message de la part de Desjardins", "desjardins"),
        ("Facebook Security: someone knows your password", "facebook"),
        ("N e t f l i x: your payment failed", "netflix"),
        ("P.a.y.p.a.l: reply YES", "paypal"),
        ("𝐍𝐨𝐫𝐭𝐡𝐁𝐚𝐧𝐤: log in", "northbank"),
    ],
)
def test_claims(text: str, brand: str) -> None:
    reading = read(text)
    assert reading.brands[0] == brand
    assert {"named", "claimed"} <= said(text)


@pytest.mark.parametrize(
    "text",
    [
        "Your Amazon parcel is at the desk. Maple Condos",
        "CRA accepted your return, expect the refund in about two weeks",
        "Thanks for the Apple gift card, I used it on games!",
        "Buy 5 Apple gift cards and text me the codes",
        'Is this text a scam? "CRA: claim refund at cra-refund.top"',
        '"NorthBank: your card is locked" - is that real?',
        "I'm at Walmart, need anything?",
        "it's a parcel from Amazon",
        "this is cheaper at Costco than online",
        "If it's FedEx, please sign",
        "hope it's Amazon!",
        "it's Amazon's fault",
        "coming from Costco, 10 min",
        "Pick it up at the food court - Walmart",
        "Send the Interac e-Transfer to pay@maple.example",
        "Did NorthBank call you back?",
        "my netflix is down again",
        "Your driver from Purolator was here",
        "They said they were from Service Canada lol",
        "Applied to Telus and Netflix: no answer yet",
        "URGENT: NorthBank has locked your account",
        "Everyone from RBC here is coming tonight",
        "Refund from Amazon here at last",
        "Mom, package from FedEx here!",
        "Dr. Lee, Amazon left a box for you",
        "Manager wanted, Costco Laval, ask for Marc",
        "Your bank, RBC, is closed on Monday",
        "Costco ici est moins cher",
        "We are texting for UPS delivery 22, call the desk",
    ],
)
def test_named_only(text: str) -> None:
    assert said(text) - {"government"} == {"named"}


@pytest.mark.parametrize(
    "text",
    [
        "an apple a day",
        "Apple pie at mine?",
        "This is Chase, running late",
        "Chase: see you at 5",
        "ups and downs",
        "UPS AND DOWNS",
        "orange juice and a bell pepper",
        "Bell Security: the west door is open",
        "Chase support group at 6",
        "The halifax trip payment is due",
        "visa interview on Monday",
        "touch down, a td at last",
        "fido needs a walk",
        "target practice at 4",
        "discover a new you",
        "my ally in this",
        "ee bye",
        "WhatsApp: +1 604 555 0150",
        "dm me on Instagram",
        "google it",
        "follow us on Facebook",
        "uber here in 5",
        "craving crab cakes",
        "northbanking on it",
        "write to me@northbank.example",
        "see https://northbank.example/cards",
        "pay at canadapost-redelivery.icu",
        "#netflix",
        "@netflix",
    ],
)
def test_not_named(text: str) -> None:
    assert said(text) == set()
    assert read(text).brands == ()


def test_implied() -> None:
    assert said("Votre Desjardins est bloqué") == {"named", "implied"}
    assert said("Elm Law: writing on behalf of RBC about your file") == {"named", "implied"}
    assert said("je vous écris au nom de Desjardins") == {"named", "implied"}
    assert said("votre visa expire bientot") == set()


@pytest.mark.parametrize(
    ("text", "public"),
    [("CRA: refund", True), ("HMRC owes you", True), ("NorthBank: hi", False), ("Canada Post: hi", False)],
)
def test_public_bodies(text: str, public: bool) -> None:
    assert ("government" in said(text)) == public


def test_who_is_claimed_comes_first() -> None:
    reading = read("CRA: Interac e-Transfer of $412.36, tax refund pending")
    assert reading.brands == ("cra", "interac")
    reading = read("Your Amazon and Walmart orders. This is NorthBank.")
    assert reading.brands[0] == "northbank"
    many = " ".join(brand.name for brand in book_of().brands[:40])
    assert len(read(many).brands) <= BRANDS_MAX


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("press 1 or reply", True),
        ("Cliquez ici", True),
        ("call 416-555-0101", True),
        ("text me your address", True),
        ("give us your postal code", True),
        ("she gave me your scarf", False),
        ("he will email me", False),
        ("your new card was mailed today.", False),
        ("votre carte est bloquee", False),
    ],
)
def test_asks(text: str, asks: bool) -> None:
    assert ("asks" in names(read(text).flags)) == asks


def test_the_shipped_book() -> None:
    book = book_of()
    assert len(book.brands) >= 150
    assert len(book.by_name) == len(book.brands)
    assert {brand.kind for brand in book.brands} == KINDS
    for name in (
        "northbank",
        "canada post",
        "cra",
        "service canada",
        "407 etr",
        "apple",
        "amazon",
        "walmart",
        "paypal",
    ):
        assert name in book.by_name
    assert book.is_official("www.canadapost.ca")
    assert not book.is_official("canadapost.ca.example")
    kinds = {entry.partition(" | ")[0] for entry in entries("brand-words.txt")}
    assert kinds == KINDS


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("Maple", "names | domains | kind"),
        (" | maple.example | bank", "has no name"),
        ("M | maple.example | bank", "too short"),
        ("Maple | maple.example | shop", "no kind of brand"),
    ],
)
def test_lines_that_are_no_brand(line: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint.replace("|", r"\|")):
        parse_brand(line)


@given(st.text(max_size=60))
def test_any_line(line: str) -> None:
    try:
        brand = parse_brand(line + " | maple.example | bank")
    except ValueError:
        return
    Book([brand]).sightings("a text")
    assert expression(brand.name)


def test_an_operators_own() -> None:
    book = book_of(("Maple Dental, ~Maple | mapledental.example | retail",))
    assert read("Maple Dental: your order is ready", book).brands == ("maple dental",)
    assert read("Maple: your order and account", book).brands == ("maple dental",)
    assert read("maple syrup order", book).brands == ()
    assert "look-alike" in read("pay at mapledental-secure.com", book).links[0].faults
    assert read("Maple Dental: your order is ready").brands == ()
    assert book.extended
    assert not book_of().extended


def account(brand: str = "", *domains: str) -> Account:
    return Account("any", brand=brand, domains=domains)


@pytest.mark.parametrize(
    ("own", "domains", "brand", "speaks"),
    [
        ("NorthBank", (), "northbank", True),
        ("North-Bank", (), "northbank", True),
        ("NorthBank Canada Inc.", (), "northbank", True),
        ("", ("northbank.example",), "northbank", True),
        ("", ("alerts.NorthBank.example",), "northbank", True),
        ("Bell Canada", (), "bell", True),
        ("Bell Inc.", (), "bell", True),
        ("Bell Plumbing", (), "bell", False),
        ("Apple Valley Dental", (), "apple", False),
        ("Maple Dental", ("mapledental.example",), "northbank", False),
        ("", (), "northbank", False),
        ("Maple Dental", (), "maple dental", True),
        ("Maple Dental Clinic", (), "maple dental", True),
    ],
)
def test_who_may_speak(own: str, domains: tuple[str, ...], brand: str, speaks: bool) -> None:
    assert speaks_for(account(own, *domains), brand) == speaks
    assert not speaks_for(None, brand)


@pytest.mark.parametrize(
    ("own", "text", "named"),
    [
        ("Maple Dental", "Hi, it is Sarah from Maple Dental.", True),
        ("Maple Dental", "MAPLE DENTAL: see you at 4", True),
        ("Maple Dental", "Maple trees and dental floss", False),
        ("Finex Collections", "Finex: your account is past due", True),
        ("Finex Collections", "call finex today", False),
        ("Café Nord", "Cafe Nord: table for two", True),
        ("C++ (school)", "c++ (school): lesson at 4", True),
        ("Maple", "maplewood", False),
        ("", "anything", False),
    ],
)
def test_who_names_itself(own: str, text: str, named: bool) -> None:
    assert names_itself(account(own), read(text)) == named
    assert not names_itself(None, read(text))


@pytest.mark.parametrize(
    ("domain", "link", "owns"),
    [
        ("maple.example", "https://maple.example/x", True),
        ("Maple.example.", "https://www.maple.example/x", True),
        ("maple.example", "https://notmaple.example/x", False),
        ("maple.example", "https://maple.example.evil.top/x", False),
        ("xn--mnchen-3ya.de", "https://münchen.de", True),
        ("münchen.de", "https://xn--mnchen-3ya.de", True),
    ],
)
def test_own_links(domain: str, link: str, owns: bool) -> None:
    assert owns_link(account("", domain), find(link)[0]) == owns
    assert not owns_link(None, find(link)[0])


@given(st.text(alphabet="northbank :-\n.!cra'\"[](){}éа\u200b", max_size=120))
def test_any_text(text: str) -> None:
    assert len(read(text).brands) <= BRANDS_MAX
