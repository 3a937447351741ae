"""The national language tables of GSM 7-bit text: 3GPP TS 23.038 annex A, languages 1 to 13. Only data.

Locking tables (A.3) replace the default alphabet, single shift tables (A.2) the extension table behind ESC.
The header of the message names them (IEI 0x25 and 0x24, `smpp.udh`). How a table is written is said at `_row`.
"""

LANGUAGES = {
    1: "Turkish",
    2: "Spanish",
    3: "Portuguese",
    4: "Bengali and Assamese",
    5: "Gujarati",
    6: "Hindi",
    7: "Kannada",
    8: "Malayalam",
    9: "Oriya",
    10: "Punjabi",
    11: "Tamil",
    12: "Telugu",
    13: "Urdu",
}
"""National language identifier (TS 23.038 6.2.1.2.4) -> name. Spanish has a single shift table only."""

_NAMES = {"SP": " ", "LF": "\n", "CR": "\r", "FF": "\f", "ESC": "\x1b", "--": ""}


def _row(line: str) -> list[str]:
    """The characters of one line, "" where the table has a hole.

    Characters stand between spaces: as themselves, as a code point of four digits where an editor would merge,
    compose or turn them around (combining marks, Urdu), or by name; `--` is a hole.
    """
    return [_NAMES.get(token, chr(int(token, 16)) if len(token) == 4 else token) for token in line.split()]


def _locking(table: str) -> str:
    """128 characters by septet from 8 rows of 16. A hole is a space, as handsets show it."""
    return "".join(character or " " for character in _row(table))


def _single(lines: str) -> dict[int, str]:
    """Septet after ESC -> character, from lines `POSITION: characters`; holes are left out."""
    table = {}
    for line in filter(str.strip, lines.splitlines()):
        position, _, characters = line.partition(":")
        for septet, character in enumerate(_row(characters), int(position, 16)):
            if character:
                table[septet] = character
    return table


LOCKING = {
    # 6.2.1: the default alphabet
    0: _locking("""
        @ £ $ ¥ è é ù ì ò Ç LF Ø ø CR Å å
        Δ _ Φ Γ Λ Ω Π Ψ Σ Θ Ξ ESC Æ æ ß É
        SP ! " # ¤ % & ' ( ) * + , - . /
        0 1 2 3 4 5 6 7 8 9 : ; < = > ?
        ¡ A B C D E F G H I J K L M N O
        P Q R S T U V W X Y Z Ä Ö Ñ Ü §
        ¿ a b c d e f g h i j k l m n o
        p q r s t u v w x y z ä ö ñ ü à
    """),
    # A.3.1: Turkish
    1: _locking("""
        @ £ $ ¥ € é ù ı ò Ç LF Ğ ğ CR Å å
        Δ _ Φ Γ Λ Ω Π Ψ Σ Θ Ξ ESC Ş ş ß É
        SP ! " # ¤ % & ' ( ) * + , - . /
        0 1 2 3 4 5 6 7 8 9 : ; < = > ?
        İ A B C D E F G H I J K L M N O
        P Q R S T U V W X Y Z Ä Ö Ñ Ü §
        ç a b c d e f g h i j k l m n o
        p q r s t u v w x y z ä ö ñ ü à
    """),
    # A.3.3: Portuguese
    3: _locking("""
        @ £ $ ¥ ê é ú í ó ç LF Ô ô CR Á á
        Δ _ ª Ç À ∞ ^ \\ € Ó | ESC Â â Ê É
        SP ! " # º % & ' ( ) * + , - . /
        0 1 2 3 4 5 6 7 8 9 : ; < = > ?
        Í A B C D E F G H I J K L M N O
        P Q R S T U V W X Y Z Ã Õ Ú Ü §
        ~ a b c d e f g h i j k l m n o
        p q r s t u v w x y z ã õ ` ü à
    """),
    # A.3.4: Bengali and Assamese
    4: _locking("""
        0981 0982 0983 অ আ ই ঈ উ ঊ ঋ LF ঌ -- CR -- এ
        ঐ -- -- ও ঔ ক খ গ ঘ ঙ চ ESC ছ জ ঝ ঞ
        SP ! ট ঠ ড ঢ ণ ত ) ( থ দ , ধ . ন
        0 1 2 3 4 5 6 7 8 9 : ; -- প ফ ?
        ব ভ ম য র -- ল -- -- -- শ ষ স হ 09BC ঽ
        09BE 09BF 09C0 09C1 09C2 09C3 09C4 -- -- 09C7 09C8 -- -- 09CB 09CC 09CD
        ৎ a b c d e f g h i j k l m n o
        p q r s t u v w x y z 09D7 09DC 09DD ৰ ৱ
    """),
    # A.3.5: Gujarati
    5: _locking("""
        0A81 0A82 0A83 અ આ ઇ ઈ ઉ ઊ ઋ LF ઌ ઍ CR -- એ
        ઐ ઑ -- ઓ ઔ ક ખ ગ ઘ ઙ ચ ESC છ જ ઝ ઞ
        SP ! ટ ઠ ડ ઢ ણ ત ) ( થ દ , ધ . ન
        0 1 2 3 4 5 6 7 8 9 : ; -- પ ફ ?
        બ ભ મ ય ર -- લ ળ -- વ શ ષ સ હ 0ABC ઽ
        0ABE 0ABF 0AC0 0AC1 0AC2 0AC3 0AC4 0AC5 -- 0AC7 0AC8 0AC9 -- 0ACB 0ACC 0ACD
        ૐ a b c d e f g h i j k l m n o
        p q r s t u v w x y z ૠ ૡ 0AE2 0AE3 ૱
    """),
    # A.3.6: Hindi
    6: _locking("""
        0901 0902 0903 अ आ इ ई उ ऊ ऋ LF ऌ ऍ CR ऎ ए
        ऐ ऑ ऒ ओ औ क ख ग घ ङ च ESC छ ज झ ञ
        SP ! ट ठ ड ढ ण त ) ( थ द , ध . न
        0 1 2 3 4 5 6 7 8 9 : ; ऩ प फ ?
        ब भ म य र ऱ ल ळ ऴ व श ष स ह 093C ऽ
        093E 093F 0940 0941 0942 0943 0944 0945 0946 0947 0948 0949 094A 094B 094C 094D
        ॐ a b c d e f g h i j k l m n o
        p q r s t u v w x y z ॲ ॻ ॼ ॾ ॿ
    """),
    # A.3.7: Kannada
    7: _locking("""
        -- 0C82 0C83 ಅ ಆ ಇ ಈ ಉ ಊ ಋ LF ಌ -- CR ಎ ಏ
        ಐ -- ಒ ಓ ಔ ಕ ಖ ಗ ಘ ಙ ಚ ESC ಛ ಜ ಝ ಞ
        SP ! ಟ ಠ ಡ ಢ ಣ ತ ) ( ಥ ದ , ಧ . ನ
        0 1 2 3 4 5 6 7 8 9 : ; -- ಪ ಫ ?
        ಬ ಭ ಮ ಯ ರ ಱ ಲ ಳ -- ವ ಶ ಷ ಸ ಹ 0CBC ಽ
        0CBE 0CBF 0CC0 0CC1 0CC2 0CC3 0CC4 -- 0CC6 0CC7 0CC8 -- 0CCA 0CCB 0CCC 0CCD
        0CD5 a b c d e f g h i j k l m n o
        p q r s t u v w x y z 0CD6 ೠ ೡ 0CE2 0CE3
    """),
    # A.3.8: Malayalam
    8: _locking("""
        -- 0D02 0D03 അ ആ ഇ ഈ ഉ ഊ ഋ LF ഌ -- CR എ ഏ
        ഐ -- ഒ ഓ ഔ ക ഖ ഗ ഘ ങ ച ESC ഛ ജ ഝ ഞ
        SP ! ട ഠ ഡ ഢ ണ ത ) ( ഥ ദ , ധ . ന
        0 1 2 3 4 5 6 7 8 9 : ; -- പ ഫ ?
        ബ ഭ മ യ ര റ ല ള ഴ വ ശ ഷ സ ഹ -- ഽ
        0D3E 0D3F 0D40 0D41 0D42 0D43 0D44 -- 0D46 0D47 0D48 -- 0D4A 0D4B 0D4C 0D4D
        0D57 a b c d e f g h i j k l m n o
        p q r s t u v w x y z ൠ ൡ 0D62 0D63 ൹
    """),
    # A.3.9: Oriya
    9: _locking("""
        0B01 0B02 0B03 ଅ ଆ ଇ ଈ ଉ ଊ ଋ LF ଌ -- CR -- ଏ
        ଐ -- -- ଓ ଔ କ ଖ ଗ ଘ ଙ ଚ ESC ଛ ଜ ଝ ଞ
        SP ! ଟ ଠ ଡ ଢ ଣ ତ ) ( ଥ ଦ , ଧ . ନ
        0 1 2 3 4 5 6 7 8 9 : ; -- ପ ଫ ?
        ବ ଭ ମ ଯ ର -- ଲ ଳ -- ଵ ଶ ଷ ସ ହ 0B3C ଽ
        0B3E 0B3F 0B40 0B41 0B42 0B43 0B44 -- -- 0B47 0B48 -- -- 0B4B 0B4C 0B4D
        0B56 a b c d e f g h i j k l m n o
        p q r s t u v w x y z 0B57 ୠ ୡ 0B62 0B63
    """),
    # A.3.10: Punjabi
    10: _locking("""
        0A01 0A02 0A03 ਅ ਆ ਇ ਈ ਉ ਊ -- LF -- -- CR -- ਏ
        ਐ -- -- ਓ ਔ ਕ ਖ ਗ ਘ ਙ ਚ ESC ਛ ਜ ਝ ਞ
        SP ! ਟ ਠ ਡ ਢ ਣ ਤ ) ( ਥ ਦ , ਧ . ਨ
        0 1 2 3 4 5 6 7 8 9 : ; -- ਪ ਫ ?
        ਬ ਭ ਮ ਯ ਰ -- ਲ 0A33 -- ਵ 0A36 -- ਸ ਹ 0A3C --
        0A3E 0A3F 0A40 0A41 0A42 -- -- -- -- 0A47 0A48 -- -- 0A4B 0A4C 0A4D
        0A51 a b c d e f g h i j k l m n o
        p q r s t u v w x y z 0A70 0A71 ੲ ੳ ੴ
    """),
    # A.3.11: Tamil
    11: _locking("""
        -- 0B82 ஃ அ ஆ இ ஈ உ ஊ -- LF -- -- CR எ ஏ
        ஐ -- ஒ ஓ ஔ க -- -- -- ங ச ESC -- ஜ -- ஞ
        SP ! ட -- -- -- ண த ) ( -- -- , -- . ந
        0 1 2 3 4 5 6 7 8 9 : ; ன ப -- ?
        -- -- ம ய ர ற ல ள ழ வ ஶ ஷ ஸ ஹ -- --
        0BBE 0BBF 0BC0 0BC1 0BC2 -- -- -- 0BC6 0BC7 0BC8 -- 0BCA 0BCB 0BCC 0BCD
        ௐ a b c d e f g h i j k l m n o
        p q r s t u v w x y z 0BD7 ௰ ௱ ௲ ௹
    """),
    # A.3.12: Telugu
    12: _locking("""
        0C01 0C02 0C03 అ ఆ ఇ ఈ ఉ ఊ ఋ LF ఌ -- CR ఎ ఏ
        ఐ -- ఒ ఓ ఔ క ఖ గ ఘ ఙ చ ESC ఛ జ ఝ ఞ
        SP ! ట ఠ డ ఢ ణ త ) ( థ ద , ధ . న
        0 1 2 3 4 5 6 7 8 9 : ; -- ప ఫ ?
        బ భ మ య ర ఱ ల ళ -- వ శ ష స హ -- ఽ
        0C3E 0C3F 0C40 0C41 0C42 0C43 0C44 -- 0C46 0C47 0C48 -- 0C4A 0C4B 0C4C 0C4D
        0C55 a b c d e f g h i j k l m n o
        p q r s t u v w x y z 0C56 ౠ ౡ 0C62 0C63
    """),
    # A.3.13: Urdu
    13: _locking("""
        0627 0622 0628 067B 0680 067E 06A6 062A 06C2 067F LF 0679 067D CR 067A 067C
        062B 062C 0681 0684 0683 0685 0686 0687 062D 062E 062F ESC 068C 0688 0689 068A
        SP ! 068F 068D 0630 0631 0691 0693 ) ( 0699 0632 , 0696 . 0698
        0 1 2 3 4 5 6 7 8 9 : ; 069A 0633 0634 ?
        0635 0636 0637 0638 0639 0641 0642 06A9 06AA 06AB 06AF 06B3 06B1 0644 0645 0646
        06BA 06BB 06BC 0648 06C4 06D5 06C1 06BE 0621 06CC 06D0 06D2 064D 0650 064F 0657
        0654 a b c d e f g h i j k l m n o
        p q r s t u v w x y z 0655 0651 0653 0656 0670
    """),
}
"""Language -> 128 characters by septet; 0 is the default alphabet."""

_EXTENSION = """
    0A: FF
    14: ^
    28: { }
    2F: \\
    3C: [ ~ ]
    40: |
    65: €
"""

# What the single shift tables of the ten languages of South Asia have in common.
_SOUTH_ASIAN = """
    00: @ £ $ ¥ ¿ " ¤ % & ' FF * + -- - /
    10: < = > ¡ ^ ¡ _ # *
    28: { }
    2F: \\
    3C: [ ~ ]
    40: | A B C D E F G H I J K L M N O
    50: P Q R S T U V W X Y Z
    65: €
"""

SINGLE = {
    # 6.2.1.1: the extension table of the default alphabet
    0: _single(_EXTENSION),
    # A.2.1: Turkish
    1: _single(
        _EXTENSION
        + """
        47: Ğ -- İ
        53: Ş
        63: ç
        67: ğ -- ı
        73: ş
    """
    ),
    # A.2.2: Spanish
    2: _single(
        _EXTENSION
        + """
        09: ç
        41: Á
        49: Í
        4F: Ó
        55: Ú
        61: á
        69: í
        6F: ó
        75: ú
    """
    ),
    # A.2.3: Portuguese
    3: _single(
        _EXTENSION
        + """
        05: ê
        09: ç -- Ô ô -- Á á
        12: Φ Γ -- Ω Π Ψ Σ Θ
        1F: Ê
        41: À
        49: Í
        4F: Ó
        55: Ú
        5B: Ã Õ
        61: Â
        69: í
        6F: ó
        75: ú
        7B: ã õ -- -- â
    """
    ),
    # A.2.4: Bengali and Assamese
    4: _single(
        _SOUTH_ASIAN
        + """
        19: ০ ১ -- ২ ৩ ৪ ৫
        20: ৬ ৭ ৮ ৯ 09DF ৠ ৡ 09E2 -- -- 09E3 ৲ ৳ ৴ ৵
        30: ৶ ৷ ৸ ৹ ৺
    """
    ),
    # A.2.5: Gujarati
    5: _single(
        _SOUTH_ASIAN
        + """
        19: । ॥ -- ૦ ૧ ૨ ૩
        20: ૪ ૫ ૬ ૭ ૮ ૯
    """
    ),
    # A.2.6: Hindi
    6: _single(
        _SOUTH_ASIAN
        + """
        19: । ॥ -- ० १ २ ३
        20: ४ ५ ६ ७ ८ ९ 0951 0952 -- -- 0953 0954 0958 0959 095A
        30: 095B 095C 095D 095E 095F ॠ ॡ 0962 0963 ॰ ॱ
    """
    ),
    # A.2.7: Kannada
    7: _single(
        _SOUTH_ASIAN
        + """
        19: । ॥ -- ೦ ೧ ೨ ೩
        20: ೪ ೫ ೬ ೭ ೮ ೯ ೞ ೱ -- -- ೲ
    """
    ),
    # A.2.8: Malayalam
    8: _single(
        _SOUTH_ASIAN
        + """
        19: । ॥ -- ൦ ൧ ൨ ൩
        20: ൪ ൫ ൬ ൭ ൮ ൯ ൰ ൱ -- -- ൲ ൳ ൴ ൵ ൺ
        30: ൻ ർ ൽ ൾ ൿ
    """
    ),
    # A.2.9: Oriya
    9: _single(
        _SOUTH_ASIAN
        + """
        19: । ॥ -- ୦ ୧ ୨ ୩
        20: ୪ ୫ ୬ ୭ ୮ ୯ 0B5C 0B5D -- -- ୟ ୰ ୱ
    """
    ),
    # A.2.10: Punjabi
    10: _single(
        _SOUTH_ASIAN
        + """
        19: । ॥ -- ੦ ੧ ੨ ੩
        20: ੪ ੫ ੬ ੭ ੮ ੯ 0A59 0A5A -- -- 0A5B ੜ 0A5E 0A75
    """
    ),
    # A.2.11: Tamil
    11: _single(
        _SOUTH_ASIAN
        + """
        19: । ॥ -- ௦ ௧ ௨ ௩
        20: ௪ ௫ ௬ ௭ ௮ ௯ ௳ ௴ -- -- ௵ ௶ ௷ ௸ ௺
    """
    ),
    # A.2.12: Telugu
    12: _single(
        _SOUTH_ASIAN
        + """
        1C: ౦ ౧ ౨ ౩
        20: ౪ ౫ ౬ ౭ ౮ ౯ ౘ ౙ -- -- ౸ ౹ ౺ ౻ ౼
        30: ౽ ౾ ౿
    """
    ),
    # A.2.13: Urdu
    13: _single(
        _SOUTH_ASIAN
        + """
        19: 0600 0601 -- ۰ ۱ ۲ ۳
        20: ۴ ۵ ۶ ۷ ۸ ۹ ، 060D -- -- ؎ ؏ 0610 0611 0612
        30: 0613 0614 061B 061F 0640 0652 0658 066B 066C 0672 0673 06CD
        3F: 06D4
    """
    ),
}
"""Language -> {septet after ESC: character}; 0 is the extension table. 0x1B (to yet another table) is in none."""
