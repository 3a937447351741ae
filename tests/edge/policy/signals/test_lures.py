"""What a text is up to: families made of words, requests, and what is denied."""

import pytest

from edge.policy.signals import lures
from edge.policy.signals.flags import flag, names
from edge.policy.signals.reader import read
from edge.policy.signals.reading import LINK, Reading


def seen(text: str, more: int = 0) -> set[str]:
    """What the refiner makes of a text, as if it had been called for; `more` are other flags."""
    flags = read(text).flags
    reading = Reading(text.lower(), text.lower(), flags | more)
    lures.refine(reading, text)
    return {name for name in names(reading.flags) if name.startswith(("lure-", "request-"))} | {
        name
        for name in ("urgency", "relay-code", "gift-card-codes", "crypto-transfer", "asks-if-scam", "own-affair")
        if reading.flags & flag(name)
    }


FAMILIES = {
    "delivery": ("Your parcel is on hold", "Votre colis est retenu", "Your parcel arrives on Friday"),
    "toll": ("You have an unpaid toll", "Peage impaye sur la 407", "The toll road is closed"),
    "fine": ("Parking ticket overdue", "Contravention impayee", "Parking is on the left"),
    "tax": ("Claim your tax refund", "Impots: reclamez votre remboursement", "Taxes are due in April"),
    "transfer": ("E-transfer pending", "Virement en attente", "I will e-transfer you"),
    "account": ("Your account is locked", "Votre compte est suspendu", "Your account manager says hi"),
    "subscription": ("Netflix payment failed", "Votre abonnement est expire", "Netflix tonight?"),
    "utility": ("Your electricity will be cut tonight", "Votre courant sera coupe", "The water is cold"),
    "voucher": ("Your fuel voucher is waiting", "Your bonus points await, redeem", "The voucher is in my bag"),
    "voicemail": ("New voicemail, listen", "Message vocal: ecoutez", "I left you a voicemail"),
    "curiosity": ("Is this you in this video", "C'est toi dans cette photo", "Nice photo"),
    "reopen": ("Reply Y, then exit and reopen", "Copy the link into Safari", "Reply Y to confirm"),
    "authority": (
        "Warrant issued, settle now or pay the fine now",
        "Mandat d'arret, payez",
        "He works in legal action films",
    ),
    "rental": ("Apartment free, western union deposit", "Logement libre, depot avant la visite", "Nice apartment"),
    "prize": ("You won an iPhone, claim it", "Vous avez gagne un prix, reclamez", "You won the game"),
    "investment": ("Join my crypto group, guaranteed profit", "Placement garanti, rejoignez le groupe", "btc is down"),
    "job": ("Remote job $300/day, no experience", "Emploi 300 $ par jour, sans experience", "New job, $20 an hour"),
    "loan": ("Instant loan, no credit check", "Pret sans enquete", "The loan officer called"),
    "advance-fee": (
        "Loan granted, send the processing fee",
        "Pret accorde, frais de dossier 150 $",
        "A fee of $5 applies",
    ),
    "vishing": ("$400 was charged. Call now to cancel", "Achat de 400 $: appelez immediatement", "Call me now"),
    "new-number": ("Hi mum, new number, need money", "Maman, nouveau numero, un virement", "Mum, my new number"),
    "boss": (
        "This is the CEO, in a meeting, need a favor",
        "Ici le directeur, en reunion, une tache",
        "The CEO is here",
    ),
}


@pytest.mark.parametrize("family", lures.FAMILIES)
def test_each_family(family: str) -> None:
    english, french, neither = FAMILIES[family]
    assert f"lure-{family}" in seen(english)
    assert f"lure-{family}" in seen(french)
    assert f"lure-{family}" not in seen(neither)


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("mum my mobile fell in the bath so use this number for now, can you send some money", "new-number"),
        ("Mama soy yo, se me cayo el telefono, guarda este numero. Puedes pagar una factura?", "new-number"),
        ("Dad, old phone is broken, text here. There is an invoice that has to be paid tonight", "new-number"),
        ("Wire the vendor today and keep this between us. - Anne Roy, CFO", "boss"),
        ("Hi, it's Paul, your director. I need a payment made now, please be discreet", "boss"),
        ("C'est Luc, le directeur. Faites le virement ce matin, cela reste entre nous", "boss"),
        ("I need a favor, stuck in a call. Pat Lee, CEO", "boss"),
        ("You have been chosen! Pay $3 shipping to receive your free vacuum", "prize"),
    ],
)
def test_other_ways_to_say_it(text: str, family: str) -> None:
    assert f"lure-{family}" in seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mom, got a new phone! Can you send me the address of the bank again?",
        "Mom, dropped my phone in the lake, replacing it tomorrow. Love you",
        "This is Ana, the manager. Need you to open tomorrow, I'm busy at the other store",
        "This is Principal Lee. We have a staff meeting at 3. Tasks for the week are on the board.",
        "Ici Marie, directrice. Je suis en reunion. Besoin que vous signiez le formulaire",
        "Our supplier pays on Friday, says the president",
        "The landlord is out of the country, so I will show the apartment",
        "Congratulations, you won! Your free ticket is for Saturday",
    ],
)
def test_what_only_sounds_like_a_family(text: str) -> None:
    assert not any(name.startswith("lure-") for name in seen(text))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Please verify your identity", "request-secret"),
        ("Confirmez votre mot de passe", "request-secret"),
        ("Verifique sus datos bancarios", "request-secret"),
        ("Update your payment details", "request-account"),
        ("Connectez-vous", "request-account"),
        ("Log in to continue", "request-account"),
        ("If it wasn't you, click the link", "request-account"),
        ("Reply with your PIN", "request-reply"),
        ("Send us your card number", "request-reply"),
        ("Envoyez-nous votre NIP", "request-reply"),
        ("What is your password?", "request-reply"),
        ("Reply with your full name, date of birth and card number", "request-reply"),
        ("Text us your online banking username and password", "request-reply"),
        ("Repondez avec votre nom, adresse et date de naissance", "request-reply"),
        ("Responda con su nombre y fecha de nacimiento", "request-reply"),
    ],
)
def test_requests(text: str, asked: str) -> None:
    assert asked in seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "We never ask you to verify your identity",
        "Do not reply with your PIN",
        "Nobody will ask you to send us your card number",
        "Nous ne demandons jamais d'envoyer votre NIP",
        "Don't share your password, never give us your PIN",
        "Verify the measurements",
        "Update the calendar",
        "Reply with your shirt size",
        "Reply with your first name, shirt size and arrival date",
        "Respond with your order number, date of delivery and phone",
        "Confirm your attendance",
        "Please confirm your card details at check-in",
        "Verify your identity at any branch before May 1",
        "Validez vos informations a l'accueil",
    ],
)
def test_no_requests(text: str) -> None:
    assert not any(name.startswith("request-") for name in seen(text))


def test_at_the_desk_and_beside_a_link() -> None:
    assert "request-secret" in seen("Verify your identity now or at any branch", LINK)
    assert "request-secret" not in seen("Verify your identity now or at any branch")
    assert "request-reply" in seen("Reply with your PIN, or tell us at the desk")


def test_where_to_pay_is_no_secret_of_a_person() -> None:
    for text in ("Send me your bank details", "Text us your account number", "Envoyez-moi vos coordonnees bancaires"):
        assert seen(text) & {"request-reply", "request-personal"} == {"request-reply"}
    for text in ("Send me your bank details and PIN", "Reply with your bank account and date of birth"):
        assert seen(text) >= {"request-reply", "request-personal"}


def test_only_what_is_denied_is_taken_back() -> None:
    assert "request-reply" in seen("We never ask for your PIN. Reply with your PIN")
    assert "request-reply" in seen("Never mind. Reply with your PIN")
    assert "relay-code" not in seen("Never forward to us the 6 digit code we sent you")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Forward me the verification code you get", "relay-code"),
        ("I sent a code to your phone by mistake, send it to me", "relay-code"),
        ("Buy Apple gift cards and send me the codes", "gift-card-codes"),
        ("Scratch the back of the Steam cards and text a photo of it", "gift-card-codes"),
        ("Pay the fine with iTunes gift cards", "gift-card-codes"),
        ("Send 1 BTC to bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh", "crypto-transfer"),
        ("Deposit cash at the bitcoin ATM", "crypto-transfer"),
        ("Send 0.5 ETH to our address and get 1 ETH back", "crypto-transfer"),
        # Whose code it is, and where it goes, is said in many ways.
        ("my account picked you to help, what are the 6 numbers they text you? send them to me", "relay-code"),
        ("Te llego un codigo de seguridad, me lo puedes mandar?", "relay-code"),
        ("Pasame el codigo de verificacion que recibiste", "relay-code"),
        ("Peux-tu me transmettre le code que tu as recu", "relay-code"),
        ("Take a screenshot of the login code you received and share it to this number", "relay-code"),
        ("WhatsApp sent you a 6 digit pin, forward it over", "relay-code"),
        ("Tell me the verification code for the building account", "relay-code"),
        ("Achete trois cartes Steam et envoie-moi les numeros", "gift-card-codes"),
        ("Compra tarjetas de Google Play y me mandas los codigos", "gift-card-codes"),
        ("Get two Walmart e-gift cards and email the redemption codes", "gift-card-codes"),
        ("Pick up Sephora cards for the staff and reply with the codes", "gift-card-codes"),
    ],
)
def test_what_nobody_hands_over(text: str, what: str) -> None:
    assert what in seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "Give the driver the code 4821",
        "Show this code at pickup",
        "send me the door code",
        "Thanks for the Apple gift card",
        "Your e-gift card is in the mail",
        "bitcoin is down again",
        # Doors, networks and orders have codes too.
        "I sent you the gate code, text me when you arrive",
        "The lockbox code was sent to your phone. Text us if it does not open.",
        "send me the 4 digit code for the garage",
        "can you send me the wifi code, 8 digits on the router",
        "Your pickup code is 6 digits, give it to us at the counter",
        "Le code de la porte a 4 chiffres, donne-le moi stp",
        "Me mandas el codigo de la puerta? son 4 digitos",
        # What the sender offers to send asks for nothing.
        "Your gift card was sent by email with the code inside",
        "We will email the code of the gift card to them on Friday",
        "Gift cards are in! Buy one at the till and we text the code to your friend",
        "We sent you a login code by text, call us if it does not arrive",
        "Apple cards are sold out, text us to hold an Amazon one",
        "She sends 2 BTC to her sister",
    ],
)
def test_what_people_do_hand_over(text: str) -> None:
    assert not {"relay-code", "gift-card-codes", "crypto-transfer"} & seen(text)


def test_questions_and_ones_own_affairs() -> None:
    assert "asks-if-scam" in seen("Is this text a scam?")
    assert "asks-if-scam" in seen("I got a text from the bank")
    assert "asks-if-scam" in seen("C'est une arnaque, ne clique pas")
    assert "asks-if-scam" in seen("Somebody texts as Pastor Dave and asks for gift card codes. It is not him")
    assert "asks-if-scam" in seen("He is impersonating our treasurer, please ignore it: verify your account")
    assert "asks-if-scam" not in seen("This is the bank. Stop the fraud now")
    assert "asks-if-scam" not in seen("Is this you in this video?")
    assert "own-affair" in seen("my parcel is on hold")
    assert "own-affair" not in seen("your parcel is on hold")


def test_hostile_texts() -> None:
    for piece in ("never ask ", "do not send me the code ", "codes ", "verify your account "):
        seen(piece * 7_000)
