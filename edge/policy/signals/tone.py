"""What surrounds a threat in a text and says how it is meant: laughter, a game, a trifle; or a weapon, an insult.

Scanned only where there is a threat.
"""

import re

from edge.policy.signals.lexicon.wording import words
from edge.policy.signals.patterns import Pattern, PatternSet

LAUGHTER, TRIFLE, GAME, CAMERA, EARNEST, GRAVE, INSULT, SURGERY = (1 << place for place in range(8))

_LAUGHTER = words(
    r"""lo+l\w* | lmf?ao+ | rofl | a?haha\w* | hehe\w* | jk+ | j/k | jks | just kidding | kidding | joking | jokes
    mdr+ | ptdr+ | xd+ | xx+ | xoxo\w* | jaja\w* | tehe+ | teehee | luv u | love (?:you|u|ya) | miss (?:you|u|ya)"""
)
_SMILES = r"[:;]-?\)|[:;]-?[dp]\b|<3"
_LAUGHING_FACES = re.compile("[😀-😎😘😛-😝🤣🤪😇🙃❤💕]")
# I'll kill you if you eat my fries; I'm going to kill your brother, he forgot the milk.
_TRIFLE = words(
    r"""ate | eat | eaten | forget | forgot | leftovers | dishes | laundry | homework | milk | fries | pizza
    cookies? | chocolates? | cake | ice cream | spoil\w* | finale | charger | hoodie | shoes | wine | beer | popcorn
    fridge | netflix | the remote | snores? | snoring | wake me | woke me | surprise | bring (?:the|my|me|some)
    bail | ditch | cancels? | late again | dog hair | toilet seat | thermostat | embarrass\w* | tickle | gateau"""
)
_GAME = words(
    """fortnite | warzone | xbox | ps[45] | playstation | nintendo | minecraft | roblox | valorant | league | fifa
    madden | nba | 2k | chess | checkers | poker | uno | monopoly | scrabble | wordle | catan | mario | kart
    tekken | halo | zelda | paintball | laser ?tag | airsoft | dodgeball | tennis | golf | hockey | soccer
    football | basketball | volleyball | badminton | squash | bowling | curling | ping ?pong | darts | race
    marathon | 5k | 10k | match | games? | gaming | tournament | playoffs? | season | fantasy | scored? | rink | gym
    workout | quiz | trivia | debate | rematch | 1v1 | lobby | boss level | final round | the finals? | next round
    jeu | partie | echecs | tournoi | cod | (?:at|play) pool | pool table | rugby | cricket | losers | winners?
    sparring | boxing | practice | team | coach | draft | opponents?
    on the (?:court|ice|field|pitch|track|mat|green)"""
)
_CAMERA = words(
    r"""photos? | photograph\w* | photoshoot | cameras? | golden hour | portraits? | wedding | headshots? | studio
    video | film | reels? | engagement | pics"""
)
_EARNEST = words(
    """(?:not|no|isn'?t|ain'?t) (?:a |some |your )?(?:games?|joke|jeu) | games? (?:is|are) over | done playing
    not (?:kidding|joking) | think (?:this|that|it)(?:'?s| is) (?:a )?(?:funny|joke) | keep laughing"""
)
_GRAVE = words(
    r"""knife | gun | bullets? | blade | machete | acid | baseball bat | gasoline | petrol | axe | hammer | rope
    pistol | grave | coffin | blood | corpse | couteau | flingue | watch (?:your|ur) back | where (?:you|u) live
    snitch\w* | cops | police | witness | testify | pay (?:me|up|now|us)"""
)
_SURGERY = words(
    """surger(?:y|ies) | surgeons? | surgical | operation | procedure | an(?:a)?esthesia | incision | doctor | dr
    clinic | biopsy | stitches | hospital | dentist | needle | shot | vaccine | massage | physio\\w* | injection
    nothing to eat"""
)
_INSULT = words("bitch\\w* | whore | slut | cunt | motherfucker | puta | salope | connard | fdp | pute | scum")

_MARKS = (
    (LAUGHTER, _LAUGHTER),
    (LAUGHTER, _SMILES),
    (TRIFLE, _TRIFLE),
    (GAME, _GAME),
    (CAMERA, _CAMERA),
    (EARNEST, _EARNEST),
    (GRAVE, _GRAVE),
    (INSULT, _INSULT),
    (SURGERY, _SURGERY),
)
_SCANNER = PatternSet([Pattern("tone", expression) for _, expression in _MARKS], [bit for bit, _ in _MARKS])


def tone(text: str) -> int:
    """The marks in a folded text, as bits. "I'm not joking" is no laughter."""
    marks = _SCANNER.scan(text)
    if not text.isascii() and _LAUGHING_FACES.search(text):
        marks |= LAUGHTER
    return marks & ~LAUGHTER if marks & EARNEST else marks
