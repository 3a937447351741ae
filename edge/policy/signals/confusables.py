"""Letters of other scripts that pass for Latin ones, and styled letters that compatibility folding does not know.

Our own table: pairs seen in the wild and pairs that any font makes alike; not Unicode's confusables.txt, which also
equates what nobody would be deceived by. Used in words that mix scripts only: a Russian word stays Russian.
"""

# Upper and lower case differ: a Greek capital eta is an H, a small one an n.
_GREEK = "αaβbγyεeηnιiκkνvοoρpσoτtυuχxωwϲcϳjϱpµuμuΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΣEΤTΥYΧXϹCͿJ"
_CYRILLIC = (
    "аaвbгrеeзeиuкkмmнhоoпnрpсcтtуyхxьbяrіiјjѕsһhӏlԁdԍgԛqԝwѵvғfєeґrқkңhҫcҳxҝkүyұyәeөoѡwѻoҽe"
    "АAВBЕEЗEИNКKМMНHОOПNРPСCТTУYХXЬbЯRІIЈJЅSҺHӀIԌGԚQԜWѴVҒFЄEҚKҢHҪCҮYҰYѠW"
)
_ARMENIAN = "օoոnսuցgհhյjզqաwլlքpՏSՍUՕOԼLՀZ"
_COPTIC = "ⲁaⲃbⲉeⲏhⲓiⲕkⲙmⲛnⲟoⲣpⲥcⲧtⲩyⲭxⲱwⲂBⲈEⲎHⲒIⲔKⲘMⲚNⲞOⲢPⲤCⲦTⲨYⲬX"
_CHEROKEE = (
    "ᎠDᎡRᎢTᎥiᎪAᎫJᎬEᎳWᎷMᎻHᎽYᎿDᏀGᏂhᏃZᏇGᏎ4ᏏbᏒRᏔWᏕSᏙVᏚSᏞLᏟCᏢPᏦKᏧdᏩGᏮ6ᏳGᏴBꭰdꭱrꭲtꭵiꭺaꭻjꭼeꮃwꮇmꮋhꮍyꮐgꮓzꮢrꮥsꮩvꮪsꮮlꮯcꮲpꮶkᏼb"
)
_LISU = "ꓐBꓑPꓓDꓔTꓖGꓗKꓙJꓚCꓜZꓝFꓟMꓠNꓡLꓢSꓣRꓦVꓧHꓪWꓫXꓬYꓮAꓰEꓲIꓳOꓴU"
_SYLLABICS = "ᗩAᗷBᑕCᗞDᗪDᖴFᕼHᒍJᒪLᗰMᑎNᑭPᑫqᖇRᔕSᑌUᐯVᗯW᙭XᐱAᑲbᒋJᐁVᑢCᗅAᗶB"
_OTHERS = "ⵔOⵏIⴹEⵝXჿo"


def _pairs(*scripts: str) -> dict[str, str]:
    return {script[at]: script[at + 1] for script in scripts for at in range(0, len(script), 2)}


LOOKALIKES = _pairs(_GREEK, _CYRILLIC, _ARMENIAN, _COPTIC, _CHEROKEE, _LISU, _SYLLABICS, _OTHERS)
"""A letter of another script -> the Latin letter it looks like, case kept."""

LETTERS = {
    **_pairs("ıiȷjøoØOłlŁLđdĐDħhĦHŧtŦTðdÐDŋnŊNſsƀbɓbƃbƈcɗdɖdəeɛeƒfɠgɡgɣyɦhɨiƖIɪiƙkƚlɫlɱmɯmɲnƞnɵoƥpɋqɍrʀrɽrʂsƭtʈt"),
    **_pairs("ʉuʋvʌvɏyƴyƶzʐzɑaɐaɩiʟlɴnʏyʙbɢgʜhꞮIꞰKǀlℓlꜰfꜱsꞯqⱺoᴉiᴏoᴑoᴜuᴠvᴡwᴢzᴀaᴄcᴅdᴇeᴊjᴋkᴌlᴍmᴎnᴘpᴙrᴛtᴚrᴦrᴨnᴩpʗc"),
    "ß": "ss",
    "ẞ": "SS",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "þ": "th",
    "Þ": "TH",
    "ᴁ": "ae",
    "ɶ": "oe",
}
"""A letter of the Latin script that has no decomposition -> how it is read."""

MARKS = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035\u02b9\u02bb\u02bc\u02bd\u02c8\u00b4\u2039\u203a\ua78c", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\u02ba\u301d\u301e\u301f", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63", "-"),
    "\u2044": "/",
    "\u2215": "/",
    "\u2024": ".",
    "\ufe52": ".",
    "\u2223": "|",
    "\u01c3": "!",
    "\ua789": ":",
    "\u2236": ":",
}
"""Quotes, dashes and stops of all kinds -> the plain ones that patterns are written with."""
