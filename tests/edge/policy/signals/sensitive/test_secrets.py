"""Passwords and PINs: what is told, what is only spoken of, and what everybody may know."""

import pytest

from edge.policy.signals.sensitive.secrets import has_card_pin, passwords


@pytest.mark.parametrize(
    "text",
    [
        "Your password is Summer2024!",
        "Password: hunter22",
        "PASSWORD: HUNTER22",
        "login: jdoe password: Tr0ub4dor",
        "username bob pass: s3cretz!",
        "Votre mot de passe est Soleil2024",
        "Votre mot de passe : «Abc12345»",
        "mdp: azerty99!",
        'New password "Winter#99"',
        "Your temporary password is Xy7!kk2p",
        "your password has been reset to Kx93nnPq",
        "The passphrase is correct-horse-battery-9",
        "Password=Qwerty123",
        "password for your account is: zebra-99-lamp",
        "Contraseña: Verano2024",
        "The password is sunflower",
        "Your password is iLoveTea",
        "pass\u200bword: hunter22",
        # How long it lasts, or what it is for, makes it no code.
        "Your account password is Winter#2025 and expires in 90 days",
        "Your email password is Xy12!abc. Setup takes 5 minutes",
        "Your Teams password is Winter#2025",
        "Your password is Winter#2025, change it once you log in",
        "Votre mot de passe est Hiver2025!, valide jusqu'au 3 mai",
    ],
)
def test_told(text: str) -> None:
    assert passwords(text) == ["password"]


@pytest.mark.parametrize(
    "text",
    [
        "Your password is required to log in.",
        "Your password is incorrect.",
        "Your password was changed at 10:15",
        "Your password expires in 3 days",
        "Password must be 8-12 characters",
        "Password: must contain 8 characters",
        "Password reset: https://webhost.example/reset/ab12",
        "Reset your password at www.webhost.example/reset",
        "Password: ********",
        "We will never ask for your password or PIN.",
        "Your one-time password is 482913",
        "Single-use password: Ab12cd34",
        "Your password 482913 is valid for 10 minutes",
        "Zoom meeting 845 9812 3345 password: 4829137",
        "Join Zoom: id 845 9812 3345, password Ab12cd",
        "Teams meeting on Friday, password: Ab12cd",
        "Password: Ab12cd34. It expires in 10 min",
        "Mot de passe Ab12cd34, valide 5 minutes",
        "Password Ab12cd34 can be used once",
        "Guest Wi-Fi is BistroGuest, password: latte2024",
        "Hotel wifi password: Sunset2024",
        "Votre mot de passe est expiré.",
        "Mot de passe oublié ? Appelez-nous.",
        "the password is on the fridge",
        "boarding pass: ABC1234",
        "Password is case-sensitive",
        "text the word to 85069, no password",
        "Wi-Fi network HarbourGuest, password: welcome22. Checkout 11am.",
        "Your cottage: wifi LakeHouse, password Sunset77",
    ],
)
def test_not_told(text: str) -> None:
    assert passwords(text) == []


def test_the_key_of_a_private_network() -> None:
    assert passwords("our home wifi password is Eiqhi%755") == ["wifi"]
    assert passwords("our network at home, password: Eiqhi%755") == ["wifi"]
    assert passwords("wifi password: Abc12345. " + "x" * 100 + " mail password: Def67890") == ["wifi", "password"]


@pytest.mark.parametrize(
    "text",
    [
        "Welcome to the team! Your network password is Eiqhi%755",
        "Dear customer, your internet banking password is Eiqhi%755",
        "Votre mot de passe du réseau de l'entreprise est Eiqhi%755",
        "The client's internet portal password: Eiqhi%755",
    ],
)
def test_networks_of_persons(text: str) -> None:
    assert passwords(text) == ["password"]


@pytest.mark.parametrize(
    "text",
    [
        "your bank pin is 4821",
        "your card's pin: 4821",
        "pin for your debit card is 4821",
        "pin for the card is 9388",
        "le nip de votre carte est 4821",
        "votre carte nip: 4821",
    ],
)
def test_card_pins(text: str) -> None:
    assert has_card_pin(text)


@pytest.mark.parametrize(
    "text",
    [
        "your pin for locker 12 is 4821",
        "your card pin will arrive by mail in 2025",
        "your new pin for card ending 1111 was mailed",
        "your bank verification pin is 482913",
        "your bank pin is 482913, valid for 10 minutes",
        "the door pin is 4821",
        "never share your card pin",
    ],
)
def test_other_pins(text: str) -> None:
    assert not has_card_pin(text)


def test_long_and_odd_texts() -> None:
    assert passwords("password is " * 6_000) == []
    assert passwords("İ password: hunter22") == ["password"]
    assert passwords("\ud800 password: hunter22") == ["password"]
    assert not has_card_pin("pin for card " * 5_000)
