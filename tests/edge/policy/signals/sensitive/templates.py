"""Messages made up: sensitive ones of every kind in many wordings and formats, and ordinary ones full of numbers."""

import random
from collections.abc import Callable, Iterator

CARD_WORDS = (
    "Your card {} was charged $42.10",
    "card on file: {}",
    "Please charge {} exp 09/28 cvv 123",
    "pay with {}, code on the back is 528",
    "Receipt: we charged {} for $120. Thanks!",
    "{}",
    "Visa {} expires 11/27",
    "CC number {} thx",
    "The credit card ending is wrong, full number {}",
    "Carte de crédit {} débitée de 20 $",
    "Votre carte {} exp. 04/27",
    "Numéro de carte : {}",
    "On a facturé la carte {}",
    "Order 8812 paid with MasterCard {}",
    "su tarjeta {} fue cobrada",
)
SSN_WORDS = (
    "Please confirm your SSN {} for payroll",
    "SSN: {}",
    "ssn {} dob 01/02/1980",
    "My social security number is {}",
    "Social Security {} is on the W-2",
    "we filed with SSN {}",
    "New hire paperwork: {}",
    "Your social is {}, right?",
)
SIN_WORDS = (
    "Your SIN {} is on the T4",
    "SIN: {}",
    "We need to confirm SIN {} for payroll",
    "Votre NAS {} a été enregistré",
    "NAS : {}",
    "numéro d'assurance sociale {}",
    "social insurance number {} for your employee file",
    "Direct deposit form, SIN {}",
)
IBAN_WORDS = (
    "Refund will go to IBAN {}",
    "transfer to {} please, name Ana",
    "IBAN: {}",
    "Virement sur le compte {}",
    "my account is {}",
    "Merci de payer sur {} avant vendredi",
    "{}",
    "transferencia a {}",
)
BANK_WORDS = (
    "Routing {aba} account {account}",
    "ABA {aba}, acct #{account}",
    "direct deposit: routing number {aba}, account number {account}",
    "wire to routing {aba} checking account {account}",
    "transit {transit} institution 003 account {account}",
    "Transit: {transit} Inst: 815 Compte: {account}",
    "transit {transit}-004 acct {account}",
    "succursale: transit {transit}, institution 006, compte {account}",
    "account number {account} sort code 20-11-31",
    "sort code 201131 account {account}",
)
PASSWORD_WORDS = (
    "Your password is {}",
    "password: {}",
    "login: sam password: {}",
    "Your new password: {}",
    "Your account was created. Username sam, password {}",
    "Votre mot de passe est {}",
    "Mot de passe : {}",
    "mdp: {}",
    "pwd={}",
    "We reset your password to {}",
    "Portal password is: {}",
    "the passphrase is {}",
    "su contraseña es {}",
    "PASSWORD: {}",
)
PIN_WORDS = ("Your bank PIN is {}", "pin for the card is {}", "your debit card PIN: {}", "Le NIP de votre carte est {}")
KEY_WORDS = ("here is the api key {}", "token {}", "use {} for the API", "AWS: {}", "clé d'API {}")
ID_WORDS = (
    "passport no {passport}, expires 23/5",
    "Passport number: {passport}",
    "votre passeport no {passport}",
    "passport is {passport}",
    "driver's licence {licence} on file",
    "Driver licence number {licence}",
    "driving license: {licence}",
    "permis de conduire {quebec}",
    "health card {ohip}",
    "OHIP number {ohip}",
    "RAMQ {ramq}",
    "carte d'assurance maladie {ramq}",
    "date of birth 18/08/1979, address 12 Mill Road",
    "my date of birth is 18/08/1947 and my address is 12 Mill Road",
)
HEALTH_WORDS = (
    "Your {} test result: positive. Please call us.",
    "Your {} test came back negative",
    "patient Ana R tested positive for {}",
    "You have been diagnosed with {}",
    "Votre test de {} est positif",
    "Hi Sam, your {} results are: abnormal",
    "Vos résultats pour {} sont négatifs",
)
CONDITIONS = ("HIV", "chlamydia", "hepatitis B", "herpes", "cancer", "syphilis", "HPV", "diabetes")


def luhn_whole(digits: str) -> str:
    """`digits` with their check digit."""
    total = sum(
        int(digit) if place % 2 else sum(divmod(2 * int(digit), 10)) for place, digit in enumerate(reversed(digits))
    )
    return digits + str(-total % 10)


def iban_whole(country: str, rest: str) -> str:
    """An IBAN with its check digits."""
    digits = "".join(str(int(character, 36)) for character in rest + country + "00")
    return f"{country}{98 - int(digits) % 97:02}{rest}"


def figures(chance: random.Random, count: int) -> str:
    """So many digits."""
    return "".join(chance.choice("0123456789") for _ in range(count))


def card(chance: random.Random) -> str:
    """A card number as people write it."""
    start, length = chance.choice(
        (("4", 16), ("51", 16), ("55", 16), ("2345", 16), ("37", 15), ("6011", 16), ("36", 14))
    )
    digits = luhn_whole(start + figures(chance, length - len(start) - 1))
    groups = {16: (4, 4, 4, 4), 15: (4, 6, 5), 14: (4, 6, 4)}[length]
    parts, done = [], 0
    for size in groups:
        parts.append(digits[done : done + size])
        done += size
    return chance.choice(("", " ", "-", ".", " - ", "\u200b", "\u00a0", ".\u200b")).join(parts)


def ssn(chance: random.Random) -> str:
    """A social security number that may exist."""
    area = chance.choice([number for number in range(1, 900) if number != 666])
    return chance.choice(("-", " ")).join(
        (f"{area:03}", f"{chance.randint(1, 99):02}", f"{chance.randint(1, 9999):04}")
    )


def sin(chance: random.Random) -> str:
    """A social insurance number."""
    digits = luhn_whole(chance.choice("1234567") + figures(chance, 7))
    return chance.choice(("", " ", "-")).join((digits[:3], digits[3:6], digits[6:]))


def iban(chance: random.Random) -> str:
    """An IBAN, together or in fours, in capitals or not."""
    country, length, bank = chance.choice((("GB", 22, "WEST"), ("DE", 22, ""), ("FR", 27, ""), ("NL", 18, "ABNA")))
    number = iban_whole(country, bank + figures(chance, length - 4 - len(bank)))
    if chance.random() < 0.5:
        number = " ".join(number[start : start + 4] for start in range(0, length, 4))
    return number.lower() if chance.random() < 0.3 else number


def aba(chance: random.Random) -> str:
    """A routing number."""
    start = f"{chance.choice((1, 2, 7, 11, 12, 21, 26, 31)):02}" + figures(chance, 6)
    total = sum(weight * int(digit) for weight, digit in zip((3, 7, 1, 3, 7, 1, 3, 7), start, strict=True))
    return start + str(-total % 10)


def password(chance: random.Random) -> str:
    """A password such as people are sent."""
    word = "".join(chance.choice("abcdefghkmnprstuvwxyz") for _ in range(chance.randint(5, 8)))
    return chance.choice(
        (f"{word.title()}{figures(chance, 2)}!", f"{word}{figures(chance, 3)}", f"{word.title()}#{figures(chance, 3)}")
    )


def key(chance: random.Random) -> str:
    """An API key by its prefix."""
    text = "".join(chance.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") for _ in range(40))
    return chance.choice((f"sk_live_{text[:24]}", f"ghp_{text[:36]}", f"AKIA{text[:16].upper()}", f"AIza{text[:35]}"))


def papers(chance: random.Random) -> dict[str, str]:
    """Numbers of identity documents."""
    return {
        "passport": chance.choice((f"AB{figures(chance, 6)}", f"G{figures(chance, 8)}", figures(chance, 9))),
        "licence": chance.choice(
            (f"A{figures(chance, 4)}-{figures(chance, 5)}-{figures(chance, 5)}", figures(chance, 7))
        ),
        "quebec": f"T{figures(chance, 4)}-{figures(chance, 6)}-{figures(chance, 2)}",
        "ohip": f"{figures(chance, 4)}-{figures(chance, 3)}-{figures(chance, 3)}",
        "ramq": f"TREM {figures(chance, 4)} {figures(chance, 4)}",
    }


def bank(chance: random.Random) -> dict[str, str]:
    """What reaches a bank account."""
    return {"aba": aba(chance), "account": figures(chance, chance.randint(8, 11)), "transit": figures(chance, 5)}


def sensitive(seed: int, times: int = 4) -> Iterator[tuple[str, str]]:
    """(kind, message), `times` of every wording."""
    chance = random.Random(seed)
    single: tuple[tuple[str, tuple[str, ...], Callable[[random.Random], str]], ...] = (
        ("pan", CARD_WORDS, card),
        ("ssn", SSN_WORDS, ssn),
        ("sin", SIN_WORDS, sin),
        ("iban", IBAN_WORDS, iban),
        ("password", PASSWORD_WORDS, password),
        ("password", PIN_WORDS, lambda chance: figures(chance, 4)),
        ("key", KEY_WORDS, key),
        ("health", HEALTH_WORDS, lambda chance: chance.choice(CONDITIONS)),
    )
    for kind, wordings, made in single:
        for wording in wordings:
            for _ in range(times):
                yield kind, wording.format(made(chance))
    for kind, wordings, fields in (("bank", BANK_WORDS, bank), ("id", ID_WORDS, papers)):
        for wording in wordings:
            for _ in range(times):
                yield kind, wording.format(**fields(chance))


ORDINARY = (
    "Your order {long} has shipped. Track: {long}",
    "Tracking number {long}, arriving {day}",
    "Votre colis {long} arrive {day}",
    "Invoice {long} for ${money} is due {day}",
    "Facture {long} de {money} $, merci",
    "Your code is {code}. Do not share it.",
    "{code} is your login code",
    "Votre code est le {code}, valide 10 minutes",
    "Your one-time password is {code}",
    "Call me at {phone}",
    "Mon numéro est le {phone}, le sien {phone}",
    "Reach us at {phone} or {phone} until 5",
    "Appointment {day} at {hour}. Reply C to confirm.",
    "Rendez-vous {day} à {hour}",
    "Card ending {code} was charged ${money}",
    "Purchase of ${money} on card **** **** **** {four}",
    "Account ending {four}: balance ${money}",
    "Flight AC{four} leaves {day} at {hour} from gate B{two}",
    "Booking reference {long}, seat {two}C",
    "Confirmation {nine}. See you {day}",
    "Ticket {nine} was closed {day}",
    "Phone repaired. IMEI 3{fourteen}",
    "Serial {long} registered",
    "Meter reading {long} submitted {day}",
    "Meeting ID {nine}, passcode {code}",
    "Gate code {four}, unit {two}",
    "The wifi for guests is Cafe, password: latte{four}",
    "Reset your password: https://shop.example/r/{nine}",
    "Your password was changed {day} at {hour}",
    "Lab results are ready, log in to see them",
    "Your blood test is booked for {day} {hour}",
    "Bring your passport and booking {long} {day}",
    "Health card renewal: appointment {day} at {hour}",
    "Score {two} to {two}, next game {day}",
    "Rent ${money} due {day}, e-transfer please",
    "host 10.0.0.{two} is up, 192.168.1.{two} is down",
    "Temps {two}/{two}, wind {two} km/h",
    "Order #{nine}: {two} items, ${money}",
    "UPS 1Z999AA1{nine} out for delivery",
    "USPS 9400 1{nine}",
    "Lot {nine} exp {day}",
    "VIN 1HGCM82633A{nine}"[:40],
    "Call 1-800-{four} now? no, {day} is fine",
    "{phone} is my new number",
    "bus {two} then tram {two}, meet at {hour}",
    "lol {two} times already",
    "Policy {long}: premium ${money} on {day}",
    "File no {nine} was received {day}",
    "Member {long}, {two} points",
    "Pickup {nine} at counter {two}",
)


def ordinary(seed: int, count: int = 500) -> Iterator[str]:
    """Messages with numbers in them that are nobody's secret."""
    chance = random.Random(seed)
    for place in range(count):
        yield ORDINARY[place % len(ORDINARY)].format(
            long=figures(chance, chance.choice((8, 10, 12, 15, 16))),
            nine=figures(chance, 9),
            code=figures(chance, 6),
            four=figures(chance, 4),
            two=figures(chance, 2),
            fourteen=figures(chance, 14),
            money=f"{chance.randint(1, 900)}.{chance.randint(10, 99)}",
            phone=chance.choice(("416-555-0{}", "514 555 0{}", "+1 604 555 0{}", "(905) 555-0{}")).format(
                figures(chance, 3)
            ),
            day=chance.choice(("Fri 8 Feb", "2025-03-04", "12/05/2025", "mardi", "tomorrow", "23 mai")),
            hour=chance.choice(("10:15", "3pm", "14 h 30", "9")),
        )
