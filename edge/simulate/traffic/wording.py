"""Texts that are all different, from lists of words: what a dentist's office or a garage would send.

Each ends in a number of its own, so that no two of a run are equal; none sells, threatens or asks for secrets.
"""

from random import Random

_NAMES = "Anna Ben Carla David Elif Farid Greta Hugo Ines Jonas Kim Lena Marc Nadia Omar Paula Quinn Rosa Sam Tara"
_THINGS = "appointment|check-up|repair|delivery|reservation|report|order|lesson|visit|fitting|inspection|parcel"
_STATES = "confirmed|ready|booked|complete|moved|on its way|being prepared|waiting for you|done|scheduled"
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|today|tomorrow|next week"
_NOTES = (
    "Please bring the blue form.|The side door is open.|Parking is behind the house.|Call us if you are late.|"
    "We are on the second floor.|Take the stairs by the bakery.|Your bag is at the desk.|The lift works again.|"
    "Ask for Maria when you come.|There is coffee while you wait.|The road is closed at the bridge.|See you then."
)
_OTHER = (
    "Здравствуйте, {name}! Запись на {hour}:{minute} подтверждена, номер {n}",
    "Γεια σας {name}, το ραντεβού στις {hour}:{minute} ισχύει, αριθμός {n}",
    "{name}さん、ご予約は{hour}時{minute}分です。番号{n}",
    "您好{name},您的预约时间是{hour}:{minute},编号{n}",
    "안녕하세요 {name}님, 예약은 {hour}시 {minute}분입니다. 번호 {n}",
    "Merci {name} ☕ à {hour}h{minute}, n° {n} 👍",
)


class Wording:
    """A source of texts; the same for the same random."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._count = 0
        self._names = _NAMES.split()
        self._things = _THINGS.split("|")
        self._states = _STATES.split("|")
        self._days = _DAYS.split("|")
        self._notes = _NOTES.split("|")

    def _number(self) -> int:
        self._count += 1
        return self._count

    def short(self) -> str:
        """One message of the GSM alphabet, below 160 characters."""
        pick = self._random.choice
        return (
            f"Hi {pick(self._names)}, your {pick(self._things)} for {pick(self._days)} is {pick(self._states)}. "
            f"{pick(self._notes)} No. {self._number()}"
        )

    def long(self) -> str:
        """Two or three messages of the GSM alphabet."""
        notes = " ".join(self._random.sample(self._notes, self._random.randint(6, 10)))
        return f"{self.short()}. {notes}"

    def foreign(self) -> str:
        """One message that needs UCS2, at most 70 characters."""
        random = self._random
        return random.choice(_OTHER).format(
            name=random.choice(self._names),
            hour=random.randint(8, 18),
            minute=random.choice(("00", "15", "30", "45")),
            n=self._number(),
        )
