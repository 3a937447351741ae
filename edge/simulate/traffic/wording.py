"""Texts that are all different, as people write them: from patterns and lists of words that seldom meet twice.

Each has a number of its own, so that no two of a run are equal; none sells, threatens or asks for secrets. Their
wording differs as well: what goes to many in nearly the same words is a campaign, and lawful traffic is none.
"""

from random import Random

_LISTS = {
    "who": "grandma grandpa dad mum uncle auntie cousin neighbour plumber baker teacher coach gardener painter "
    "drummer tailor sailor farmer pilot nurse dentist butcher carpenter florist librarian cyclist barber "
    "singer waiter skipper roofer potter weaver juggler fiddler miller cobbler stoker archer ranger",
    "thing": "ladder kettle drill lamp tent guitar stroller cooler suitcase printer bicycle canoe sofa mirror "
    "blender helmet sled toolbox carpet fridge heater piano telescope umbrella violin wagon easel skates "
    "vase kayak hammock trampoline lantern compass accordion banjo bookshelf bucket candle chisel "
    "clarinet clipboard cushion doorbell dresser drum envelope fishbowl flute frisbee gloves griddle "
    "hammer harness jigsaw kite loom mattress megaphone mitten napkin notebook oboe paddle pillow pitcher "
    "pulley quilt racket raincoat rake rope saddle scarf shovel snorkel spatula stapler stool tarp teapot "
    "thermos tricycle trombone trowel tweezers ukulele wardrobe wheelbarrow whistle wrench xylophone yoyo "
    "zipper anvil apron barrel basket binoculars bolts",
    "place": "garage kitchen porch attic library bakery station cottage office school clinic harbour workshop "
    "stable greenhouse basement church cafe museum gym barn theatre pharmacy lakeside campground market "
    "bridge tower orchard quarry chapel vineyard sawmill boathouse playground courtyard balcony cellar "
    "meadow pier canal tunnel plaza depot hangar laundry nursery foundry windmill lighthouse terrace",
    "did": "fixed painted found borrowed moved cleaned sold broke packed measured repaired dropped ordered "
    "lifted carried wrapped tested hid photographed polished returned weighed covered lent shortened "
    "soaked warmed opened sketched glued sanded trimmed drained folded tuned greased stacked labelled "
    "rinsed varnished unpacked dusted hung fastened tightened sharpened rescued auctioned inspected "
    "buried patched scrubbed knotted welded drilled waxed",
    "do": "bring collect check drop fetch grab hold inspect keep leave lend mend pass pick rent send share show "
    "store measure paint polish wrap repair carry lift clean test borrow empty",
    "how": "slowly quickly alone together properly twice quietly carefully again badly gladly somehow halfway "
    "early late outdoors upstairs downstairs overnight barefoot sideways indoors blindly neatly loudly",
    "mood": "great odd fine lovely tiring funny calm noisy boring rough sweet strange warm chilly messy perfect "
    "quick dusty muddy windy foggy crowded empty sunny gloomy tidy cosy shabby bright narrow steep "
    "slippery frosty humid",
    "food": "soup pancakes lasagna curry salad dumplings chili noodles pie tacos stew waffles risotto sushi bread "
    "muffins goulash porridge crepes paella falafel hummus pretzels omelette ravioli gnocchi chowder "
    "brisket kebab samosas pickles cobbler custard fritters meatballs popcorn granola scones strudel "
    "tamales",
    "animal": "dog cat parrot hamster horse goat rabbit turtle canary ferret pony puppy kitten hen lizard goldfish "
    "heron badger hedgehog squirrel otter donkey sheep llama gecko beetle owl falcon swan rooster",
}
_PATTERNS = (
    "{who} {did} {mood} {thing} {how}",
    "{do} {thing}? {place} {mood}",
    "{mood} {place}, {animal} {did} {food}",
    "{animal} ate {mood} {food} {how}",
    "{thing} {mood}, {who} {did} {food}",
    "{who} wants {mood} {food}",
    "{did} {mood} {thing}, {who} {how}",
    "{place} smells {mood}, {food} burnt {how}",
    "{do} {mood} {food}, {who} opens {place}",
    "{who}, {do} {mood} {thing}",
    "{animal} chased {who}, {place} {mood}",
    "{thing} or {food}? {who} {did} {mood} {animal}",
)
_HELLO = ("Здравствуйте", "Γεια", "こんにちは", "您好", "안녕하세요", "नमस्ते", "שלום", "สวัสดี", "☕", "👍", "🎉", "🚲")


class Wording:
    """A source of texts; the same for the same random."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._count = 0
        self._lists = {name: words.split() for name, words in _LISTS.items()}

    def _number(self) -> int:
        self._count += 1
        return self._count

    def _sentence(self) -> str:
        pick = self._random.choice
        words = {name: pick(words) for name, words in self._lists.items()}
        text = pick(_PATTERNS).format(**words)
        return text[0].upper() + text[1:]

    def short(self) -> str:
        """One message of the GSM alphabet, below 160 characters."""
        return f"{self._sentence()}. {self._sentence()}. {self._sentence()} ({self._number()})"

    def long(self) -> str:
        """Two or three messages of the GSM alphabet."""
        more = ". ".join(self._sentence() for _ in range(self._random.randint(3, 6)))
        return f"{self.short()}. {more}"

    def foreign(self) -> str:
        """One message that needs UCS2, at most 70 characters."""
        return f"{self._random.choice(_HELLO)} {self._sentence()[:48]} ({self._number()})"
