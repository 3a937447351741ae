"""Folding against evasion: hostile sentences of our own in every disguise, and ordinary ones that must stay."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.policy.signals.fold import FOLDED_MAX, NONE, Evasion, fold

HOSTILE = tuple(
    """
Your account is suspended, verify your details now
Click this link to claim your prize today
NorthBank: your card is blocked, log in to avoid suspension
We could not deliver your parcel, pay the customs fee
I will kill you and your family
Watch your back, we know where you live
Send me the code you just received
Final notice: unpaid toll, pay before midnight
You have won a free phone, reply with your address
Your tax refund is ready, confirm your bank details
Earn money from home, no experience needed
Invest in bitcoin and double your money in one week
Buy gift cards and send me photos of the codes
Flash sale, half price shoes, shop now
Limited time offer on all mattresses, order today
Hot singles in your area want to meet you
Cheap pills without prescription, fast shipping
Payday loan approved, no credit check
Your password expires today, update it here
Hi mum, this is my new number, my phone is broken
Your Netflix subscription has expired, renew your payment
Police will arrest you unless you pay the fine
Call this number immediately to stop the transfer
Free casino spins and a welcome bonus for you
I have your naked photos, pay or I send them to your friends
Nobody would miss you, just kill yourself
Your electricity will be cut tonight, call the officer
Urgent: unusual login to your PayPal account
Congratulations, you were selected as our lucky winner
Act now before your access is restricted
Your package is waiting, schedule redelivery
Confirm your identity or your wallet will be locked
Guaranteed profit every day, join our trading group
This is the government, your benefits are stopped
Please help me, I lost my wallet in London
Your invoice is overdue, settle the balance
Reset your security settings to protect your funds
Text your card number to receive the refund
Delete this message after reading
New job offer, work two hours a day and get paid daily
Warning: your device has a virus, download the tool
Your Amazon order of a laptop was shipped
Click to cancel the subscription and get your money back
Vote for us and donate five dollars tonight
Buy one get one free, only this weekend
Cannabis delivery to your door, order online
Crypto wallet compromised, move your coins now
You owe a penalty, pay by card to avoid court
Your son had an accident, send money for the hospital
Lawyer needs payment before the trial tomorrow
Escort service, call us tonight
Lose weight fast with our secret method
Your photo is in this video, look
Collect your lottery money from the agent
Emergency number, text us instead of calling the police
Last chance to redeem your reward points
Bank alert: a new device was added
Stop paying rent, buy a house with our program
We will burn your house down
Share your passcode with our support team
""".strip().splitlines()
)

ORDINARY = tuple(
    """
Hey, are we still on for dinner at 7pm? I'm running 10 min late
Your code is 482913. It expires in 10 minutes.
Appointment on Monday the 3rd at 9:30am with Dr. Singh, reply C to confirm
Meet me at gate B7, seat 14A, row 22
Your order #A4-7731-KX has shipped, tracking 1Z999AA10123456784
Flight AC123 to YYZ boards at gate C31 at 16h45
Happy 50th birthday!! See you at 4ish, bring the kids :)
Dude that was the bomb lol, c u 2nite m8
B2B meeting in room 4B, call in on 1-800-555-0199
Got the mp3 player and the ps5, also 2 x 500ml milk and 3kg of flour
H1N1 and covid19 shots at 3p.m., clinic on 5th Ave.
Wi-Fi: GUEST24 password: Blue7Sky!x9
Email me at jane.doe@example.com or j_smith99@mail.example
https://example.com/a1b2c3?x=4t5&y=z0 is the map
Rent is $1,450/mo, due on the 1st; pay by e-transfer
K1A 0B1 Ottawa, apt 3E, buzzer 12
We need A, B, C and D batteries
J. R. R. Tolkien, C. S. Lewis, the U.S.A. and the U.K.
RSVP ASAP pls, e.g. by Fri, i.e. tomorrow
Temp is 21°C, wind 15 km/h, 60% rain
It’s “fine” — really… don’t worry
Café at Noël's, 5 € each, £10 total
Love you ❤\ufe0f 😘 👍🏽 🇨🇦 👨\u200d👩\u200d👧
1\ufe0f\u20e3 call mom 2\ufe0f\u20e3 buy milk
Bonjour, votre rendez-vous est confirmé pour le 12 à 14h30
Ton col d’hiver est prêt, à bientôt chez l’épicier
Le 1ᵉʳ mai à 7h15, Mᵐᵉ Lefèvre vous attend
Où es-tu ? J’ai 5ans de retard, ça coûte 20$
Œuvre à l’église, c’est noël déjà
Hola, ¿cómo estás? Mañana a las 5 en la plaza
¡Feliz cumpleaños! Te llamo a las 10h
Tu código es 552101, no lo compartas
Guten Tag, Ihr Paket kommt morgen zwischen 9 und 12 Uhr
Grüße aus München, Straße 5b, 3. Stock
Ärztin um 8h, bitte Impfpass mitbringen
Привет, как дела? Встреча в 5 часов
Ваш код 1234, никому его не сообщайте
Купи хлеб, молоко и сыр в IKEA
Скинь SMSку с iPhoneа, брат
Привіт, зустріч о 18:00, їдемо до Києва
Будь ласка, перезвони мені до обіду
Καλημέρα, τα λέμε αύριο
Το ραντεβού σας είναι στις 10:30
مرحبا، موعدك غد\u064bا الساعة 10
می\u200cخواهم بروم، نمی\u200cآید
شكرا\u064b جزيلا\u064b 😊
नमस\u094dत\u0947, कल 10 बज\u0947 म\u093fलत\u0947 ह\u0948\u0902
क\u094d\u200dषम\u093e कर\u0947\u0902, OTP 4821 ह\u0948
שלום, נתראה מחר ב־WhatsApp
今天下午三点开会，请准时参加
您的验证码是 345678。
明日の会議は１０時からです。ＮＨＫ
내일 10시에 만나요 ^^
สว\u0e31สด\u0e35คร\u0e31บ พร\u0e38\u0e48งน\u0e35\u0e49 10 โมง
Xin chào, hẹn gặp bạn lúc 5 giờ chiều
İyi günler, yarın görüşürüz
Dzień dobry, zażółć gęślą jaźń
5µg of vitamin D, 10 kΩ resistor, βHCG is normal
How do you say сахар in Russian?
Call \u202a+1 416 555 0101\u202c please
""".strip().splitlines()
)

_HOMOGLYPHS = str.maketrans(
    "aceopxyisAEOPCTHBMKXY",
    "асеорхуіѕАЕОРСТНВМКХУ",
)
_GREEK = str.maketrans(
    "aeopuvxAEOPTHBMKXYIN",
    "αεορυνχΑΕΟΡΤΗΒΜΚΧΥΙΝ",
)
_LEET = str.maketrans("aeiost", "431057")
_LEET_L = str.maketrans("aeolst", "@301$7")


def _words(text: str, change: Callable[[str], str]) -> str:
    """Words of two letters and more changed; a change that leaves no letter is not made, nobody could read it."""
    words = text.split(" ")
    return " ".join(
        changed if sum(map(str.isalpha, word)) > 1 and any(map(str.isalpha, changed := change(word))) else word
        for word in words
    )


def _shifted(text: str, upper: int, lower: int) -> str:
    return "".join(
        chr(upper + ord(char) - 65)
        if "A" <= char <= "Z"
        else chr(lower + ord(char) - 97)
        if "a" <= char <= "z"
        else char
        for char in text
    )


EVASIONS: dict[str, Callable[[str], str]] = {
    "zero-width": lambda text: _words(text, "\u200b".join),
    "soft hyphen": lambda text: _words(text, lambda word: word[:2] + "\u00ad" + word[2:]),
    "homoglyph": lambda text: text.translate(_HOMOGLYPHS),
    "Greek": lambda text: text.translate(_GREEK),
    "math bold": lambda text: _shifted(text, 0x1D400, 0x1D41A),
    "fullwidth": lambda text: _shifted(text, 0xFF21, 0xFF41),
    "circled": lambda text: _shifted(text, 0x24B6, 0x24D0),
    "squared": lambda text: _shifted(text, 0x1F170, 0x1F170),
    "combining": lambda text: "".join(char + "\u0332" if char.isalpha() else char for char in text),
    "stacked": lambda text: "".join(char + "\u0332\u0301\u0323" if char.isalpha() else char for char in text),
    "leet": lambda text: _words(text.lower(), lambda word: word.translate(_LEET)),
    "leet, 1 for l": lambda text: _words(text.lower(), lambda word: word.translate(_LEET_L)),
    "spaced": lambda text: "   ".join(" ".join(word) for word in text.split(" ")),
    "dotted": lambda text: " ".join(".".join(word) for word in text.split(" ")),
    "all single spaces": lambda text: " ".join(text.replace(" ", "")),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
}


# Where single spaces part all letters, no one can tell "log in" from "login".
LEAST = {"all single spaces": 0.9}


@pytest.mark.parametrize("evasion", EVASIONS)
def test_what_evaders_do_is_undone(evasion: str) -> None:
    """The share of sentences whose skeleton is that of the clean sentence."""
    change = EVASIONS[evasion]
    right = sum(fold(change(text)).skeleton == fold(text).skeleton for text in HOSTILE)
    assert right >= LEAST.get(evasion, 0.98) * len(HOSTILE)


@pytest.mark.parametrize("evasion", [name for name in EVASIONS if name != "decomposed"])
def test_what_evaders_do_is_noticed(evasion: str) -> None:
    change = EVASIONS[evasion]
    assert all(fold(change(text)).evasion.tricks for text in HOSTILE)


@pytest.mark.parametrize("text", [*ORDINARY, *HOSTILE])
def test_ordinary_texts_have_nothing_to_undo(text: str) -> None:
    folded = fold(text)
    assert folded.evasion is NONE
    assert folded.skeleton is folded.plain


@pytest.mark.parametrize("text", ORDINARY)
def test_whole_scripts_are_not_rewritten(text: str) -> None:
    """Letters that are not Latin are what NFKC and lower case make of them."""
    expected = unicodedata.normalize("NFKC", text).lower()
    foreign = [one for one in expected if one.isalpha() and "LATIN" not in unicodedata.name(one)]
    assert [one for one in fold(text).plain if one.isalpha() and not one.isascii()] == foreign


@pytest.mark.parametrize(
    ("text", "plain", "skeleton", "evasion"),
    [
        ("i w1ll k i l l y0u b1tch watch ur back", "", "i will kill you bitch watch ur back", {"leet": 3, "spaced": 1}),
        (
            "N o r t h B a n k : y o u r c a r d i s b l o c k e d , v e r i f y at nb-card.xyz",
            "",
            "northbank: your card is blocked, verify at nb-card.xyz",
            {"spaced": 6},
        ),
        (
            "North\u200bBank: log in to avoid susp\u00adension north\u200bbank-id.com",
            "northbank: log in to avoid suspension northbank-id.com",
            "",
            {"zero_width": 3},
        ),
        ("card on file 5555.5555\u200b.5555.4444", "card on file 5555.5555.5555.4444", "", {}),
        ("𝐕𝐞𝐫𝐢𝐟𝐲 it", "verify it", "", {"math": 1}),
        ("ᴄʟɪᴄᴋ ʜᴇʀᴇ", "click here", "", {"math": 2}),
        ("B𝐚nk", "bank", "", {"math": 1}),
        ("🇧 🇦 🇳 🇰 alert", "b a n k alert", "bank alert", {"math": 1, "spaced": 1}),
        ("\u202eknab\u202c is here", "bank is here", "", {"zero_width": 1}),
        ("k\x08ill you", "kill you", "", {"zero_width": 1}),
        ("b\ufe0fa\U000e0041nk", "bank", "", {"zero_width": 2}),
        ("РayPal ассоunt", "paypal account", "", {"homoglyph": 2}),
        ("ᎠᎡᎢ ᗷᗩᑎK", "drt bank", "", {"homoglyph": 2}),
        (
            "РауPal: ваш счёт",
            "paypal: ваш счёт",
            "",
            {"homoglyph": 1},
        ),
        ("killlll youuu", "", "kill you", {}),
        ("sooooo goooood", "", "so good", {}),
        ("f.r.e.e m.o.n.e.y i.s h.e.r.e", "", "free money is here", {"spaced": 4}),
        ("i w i l l   k i l l   y o u", "", "i will kill you", {"spaced": 3}),
        ("n e t f l i x: pay, (p a y p a l)", "", "netflix: pay, (p a y p a l)", {"spaced": 1}),
        ("b.l.o.c.k.e.d! n.o.w, or never", "", "blocked! now, or never", {"spaced": 2}),
        ("k_i_l_l him", "", "kill him", {"spaced": 1}),
        ("s.a.l.e!!! come in", "", "sale!!! come in", {"spaced": 1}),
        ("l-o-g-i-n, please", "", "login, please", {"spaced": 1}),
        ("s a l e: 50% off", "", "sale: 50% off", {"spaced": 1}),
        ("f l a s h   s a l e! come in", "", "flash sale! come in", {"spaced": 2}),
        ("c l i c k. l o g i n, now", "", "click. login, now", {"spaced": 2}),
        ("w i n   2 0 0 0   d o l l a r s !", "", "win 2000 dollars!", {"spaced": 2}),
        ("h t t p s : / / e v i l . t o p   c l i c k   n o w", "", "https://evil.top click now", {"spaced": 5}),
        ("p@ssw0rd, ca$h, w!n", "", "password, cash, win", {"leet": 3}),
        ("7h15 l1nk", "", "this link", {"leet": 2}),
        ("I can\x92t \x96 really\x85", "i can't - really...", "", {}),
        ("١٢٣ ① ❶ ½ ４", "123 1 1 1/2 4", "", {}),
        ("te\u0301le\u0301phone", "telephone", "", {}),
        ("и\u0306 й", "й й", "", {}),
    ],
)
def test_cases(text: str, plain: str, skeleton: str, evasion: dict[str, int]) -> None:
    folded = fold(text)
    assert folded.plain == (plain or text.lower())
    assert folded.skeleton == (skeleton or folded.plain)
    assert folded.evasion == Evasion(**evasion)


@pytest.mark.parametrize(
    "text",
    [
        "7h15 je passe",
        "room4 gate5 level3 user1 line7",
        "4pm 5th 1st 2nd 3rd 70s 10am 9h",
        "b2b h1n1 p1 mp3 covid19 50k 4x4 s3 c3po ps5 g20 5g",
        "5in 7ea 4rm 3d 5km 10mg 5ft 15min 30mins 100ml 4hrs",
        "ref RX4T7K2, AB12CD34, PNR X7K2P, VIN 1HGCM82633A004352",
        "K1A 0B1 and P4Y 7H3 and SW1A 1AA",
        "user@mail.example, me@home.example, a.b.c@d.example",
        "thanks!see you, yes|no, A|B, @john hi",
        "gr8 m8, l8r, 2day, 4ever, b4, c u 2nite, some1, no1",
        "ABCD1234 EFGH5678 a1b2c3d4e5",
        "R.S.V.P., U.S.S.R., a.s.a.p, F.A.Q.S, N.A.T.O.",
        "A B C D E F G H I J K L M N O P",
        "vitamins A B C D, units R S T U: ask",
        "B I N G O, spelled S M Y T H E",
        "1 2 3 4 5 6 7 8 9",
        "? ? ? ? . . . . - - - -",
        "www.example.com hmm zzz mmmm aaa batteries III XXX",
        "1.2.3.4 is the address, v1.2.3-4",
        "x-y-z a-b-c",
    ],
)
def test_codes_lists_measures_and_names_stay(text: str) -> None:
    folded = fold(text)
    assert folded.skeleton is folded.plain
    assert folded.evasion is NONE


@pytest.mark.parametrize(
    ("text", "combining", "marks"),
    [
        ("Z\u0334\u0351\u0352\u0357\u0358\u035da\u0334\u0351\u0352\u0357\u0358\u035d", 6.0, 12 / 14),
        ("a sentence and one a" + "\u0334" * 50, 8.0, 8 / 24),
        ("c\u0327a va", 0.0, 0.0),
        ("Tie\u0302\u0301ng Vie\u0323\u0302t", 0.0, 0.0),
        ("ก\u0e47\u0e48 ש\u05b8\u05c1ל क\u094dर\u0940", 0.0, 0.0),
        ("ก" + "\u0e47" * 30, 30.0, 0.0),
    ],
)
def test_combining_marks(text: str, combining: float, marks: float) -> None:
    evasion = fold(text).evasion
    assert (evasion.combining, evasion.marks) == (pytest.approx(combining), pytest.approx(marks))


def test_joiners_stay_where_they_work() -> None:
    family = "👨\u200d👩\u200d👧"
    persian = "می\u200cخواهم"
    assert fold(f"{family} {persian}").plain == f"{family} {persian}"
    assert fold("b\u200da\u200cnk").plain == "bank"


def test_of_long_texts_both_ends_are_folded() -> None:
    text = "Begin" + "x " * 50_000 + "End"
    folded = fold(text)
    assert (folded.plain[:6], folded.plain[-5:]) == ("beginx", "x end")
    assert len(folded.plain) == FOLDED_MAX + 1
    assert fold("y" * FOLDED_MAX).plain == "y" * FOLDED_MAX


any_text = st.text(st.characters(), max_size=80)


@settings(max_examples=500)
@given(any_text)
def test_never_raises_and_never_answers_upper_case(text: str) -> None:
    """Of any planes, half surrogate pairs and controls too."""
    folded = fold(text)
    for reading in (folded.plain, folded.skeleton):
        assert not any("A" <= one <= "Z" for one in reading)
        assert "\u200b" not in reading
    assert folded.evasion is NONE or folded.evasion != NONE
    assert fold(text) == folded


@given(st.lists(st.sampled_from(["a", "b1", "а", "\u0301", "\u200b", "\u202e", "\ud800", " ", ".", "4", "🇦", "!"])))
def test_never_raises_on_mixed_tricks(pieces: list[str]) -> None:
    folded = fold("".join(pieces))
    assert folded.evasion.tricks <= 6


def test_tricks_count_kinds() -> None:
    assert Evasion(zero_width=3, leet=2).tricks == 2
    assert Evasion(combining=9.0, marks=0.1).tricks == 0
    assert Evasion(marks=0.5).tricks == 1
