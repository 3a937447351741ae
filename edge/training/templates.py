"""Texts of this project, made from templates: `texts/<label>.txt`, one a line, with slots in braces.

The same every time. They teach what the corpora lack: honest traffic that looks like fraud, French, threats.
"""

import random
from importlib.resources import files

_SEED = 20240607
COPIES = 4
_BRANDS = (
    "Norvane Bank", "Tilly & Co", "Bellwood Clinic", "Ardent Telecom", "Maple Parcel", "Kestrel Air", "Hydro Lanoie",
    "Corner Mart", "Savoie Assurance", "Oakridge Dental", "Prairie Credit", "Lumen Energy", "Fjord Outfitters",
    "Chez Rosalie", "MetroRide", "Bluebird Pharmacy", "Stream Nine", "Payloft", "City Gym", "Nordet",
)  # fmt: skip
_NAMES = ("Priya", "Marc", "Chloe", "Omar", "Sophie", "Kevin", "Amina", "Lucas", "Wendy", "Ravi", "Julie", "Ethan")
_PLACES = ("Laval", "Halifax", "Boston", "Regina", "Gatineau", "Denver", "Surrey", "Austin", "Moncton", "Sherbrooke")
_DAYS = ("Monday", "Tuesday", "Friday", "Saturday", "Sunday", "Thursday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
_WORDS = ("SAVE", "SPRING", "VIP", "HELLO", "DEAL", "FETE", "SUMMER", "JOIN")
_HONEST = (".com", ".ca", ".org", ".net", ".com", ".ca", ".co.uk", ".gov")
_SHADY = (".xyz", ".top", ".info", ".online", ".com", ".cc", ".icu", ".live", ".net", ".vip", ".club", ".site", ".shop")
_HOOKS = ("secure-", "login-", "my-", "account-", "verify-", "", "", "", "ca-")


class _Slots(dict[str, str]):
    """Fills each slot afresh every time it is asked for."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance = chance

    def __missing__(self, name: str) -> str:
        return str(getattr(self, f"_{name}")())

    def _digits(self, *lengths: int) -> str:
        return "".join(self.chance.choice("0123456789") for _ in range(self.chance.choice(lengths)))

    def _letters(self, low: int, high: int) -> str:
        return "".join(self.chance.choice("abcdefghiklmnoprstuvz") for _ in range(self.chance.randint(low, high)))

    def _brand(self) -> str:
        return self.chance.choice(_BRANDS)

    def _name(self) -> str:
        return self.chance.choice(_NAMES)

    def _place(self) -> str:
        return self.chance.choice(_PLACES)

    def _day(self) -> str:
        return self.chance.choice(_DAYS)

    def _word(self) -> str:
        return self.chance.choice(_WORDS)

    def _code(self) -> str:
        return self._digits(4, 5, 6, 6, 6, 8)

    def _n4(self) -> str:
        return self._digits(4)

    def _ref(self) -> str:
        return self.chance.choice(("", "", "AB", "R")) + self._digits(5, 7, 8, 10)

    def _n(self) -> str:
        return str(self.chance.choice((2, 3, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90)))

    def _money(self) -> str:
        whole = self.chance.choice(
            (self.chance.randint(3, 99), self.chance.randint(100, 999), 50 * self.chance.randint(2, 90))
        )
        amount = self.chance.choice((f"{whole}", f"{whole:,}", f"{whole}.{self.chance.randint(0, 99):02}"))
        return self.chance.choice(("${}", "${}", "${}", "${}", "£{}", "€{}", "{} $", "Rs.{}", "CAD {}")).format(amount)

    def _time(self) -> str:
        hour, minute = self.chance.randint(1, 12), self.chance.choice(("00", "15", "30", "45", "10"))
        return self.chance.choice((f"{hour}:{minute}", f"{hour}:{minute} pm", f"{hour}am", f"{hour + 8}h{minute}"))

    def _date(self) -> str:
        day, month = self.chance.randint(1, 28), self.chance.choice(_MONTHS)
        forms = (
            f"{month} {day}",
            f"{day}/{self.chance.randint(1, 12)}",
            self._day(),
            "tomorrow",
            f"{self._day()[:3]} {day} {month}",
        )
        return self.chance.choice(forms)

    def _phone(self) -> str:
        area, line = self._digits(3), self._digits(4)
        forms = (
            f"1-8{self._digits(2)}-{area}-{line}",
            f"{area}-{self._digits(3)}-{line}",
            f"({area}) {self._digits(3)} {line}",
        )
        return self.chance.choice((*forms, f"+1{self._digits(10)}", f"0{self._digits(10)}"))

    def _safe(self) -> str:
        return f"{self._letters(4, 10)}{self.chance.choice(_HONEST)}" + self.chance.choice(
            ("", f"/{self._letters(3, 8)}")
        )

    def _link(self) -> str:
        scheme = self.chance.choice(("", "", "https://", "http://", "www."))
        host = f"{self._letters(4, 10)}{self.chance.choice(_HONEST + _SHADY)}"
        return scheme + host + self.chance.choice(("", "", f"/{self._letters(2, 6)}", f"/{self._digits(4)}"))

    def _bad(self) -> str:
        scheme = self.chance.choice(("", "http://", "https://", "https://"))
        host = f"{self.chance.choice(_HOOKS)}{self._letters(4, 10)}{self.chance.choice(_SHADY)}"
        return scheme + host + self.chance.choice(("", "", f"/{self._letters(2, 6)}", f"/?id={self._digits(5)}"))


def templates(label: str) -> list[str]:
    """The templates of a label, as written."""
    lines = (files("edge.training") / "texts" / f"{label}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def filled(label: str, copies: int = COPIES) -> list[str]:
    """Each template of `label` filled `copies` times; one in seven all lower case, one in eleven all capitals."""
    chance = random.Random(f"{_SEED} {label}")
    slots = _Slots(chance)
    texts: list[str] = []
    for template in templates(label):
        for _ in range(copies if "{" in template else 1):
            text = template.format_map(slots)
            turn = len(texts)
            texts.append(text.lower() if turn % 7 == 3 else text.upper() if turn % 11 == 5 else text)
    return texts
