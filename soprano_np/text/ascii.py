# ruff: noqa: RUF001, RUF002 (the look-alike characters in these tables are meant)
"""Any text to ASCII: letters by their sound, symbols by their look.

`to_ascii` agrees with unidecode (the transliterator of the reference, soprano-tts 0.2.0) on Latin,
Greek and Cyrillic letters, punctuation, currencies, fractions, arrows, boxes and the like. Most of
that is Unicode's own compatibility decomposition (é is e and an accent, ﬁ is f and i); the tables
below say what it does not. Scripts whose tables would fill a book (Chinese, Hangul, Arabic, ...)
and emoji become nothing.
"""

import unicodedata
from functools import lru_cache

# Spelling -> the Latin and phonetic letters spelt so.
_LATIN = {
    "A": "ȺᴀⱯ",
    "a": "ɐɑɒⱥᵄᵅ",
    "AE": "Æᴁ",
    "ae": "æᴂᵆ",
    "B": "ƁƂɃʙᴃᴯ",
    "b": "ƀƃɓᵬᶀᵝᵦ",
    "C": "ƇȻʗᴄ",
    "c": "ƈȼɕ",
    "D": "ÐĐƉƊƋᴅᴆ",
    "d": "ðđƌƍȡɖɗᵭᶁᵟ",
    "db": "ȸ",
    "dZ": "ʤ",
    "dz": "ʣʥ",
    "E": "ƐɆʚᴇᴲ",
    "e": "ɇɘɛɜɝɞᴈᵋᵌ℮",
    "F": "ƑɸℲⅎ",
    "f": "ƒᵮᶂᵠᵩ",
    "fN": "ʩ",
    "G": "ƓƔǤʛˠ",
    "g": "ǥɠɡɢɣᵷᶃᵞᵧ",
    "H": "ĦʜⱧ",
    "h": "ħɦɧʮʯⱨ",
    "HV": "Ƕ",
    "hv": "ƕ",
    "I": "ƖƗɪ",
    "i": "ıɨɩᴉᵎ",
    "J": "Ɉᴊ",
    "j": "ȷɉɟʄʝ",
    "K": "ƘᴋⱩ",
    "k": "ĸƙʞᶄⱪ",
    "L": "ŁȽʟᴌⱠⱢ",
    "l": "łƚƛȴɫɬɭᶅⱡ",
    "ls": "ʪ",
    "lZ": "ɮ",
    "lz": "ʫ",
    "M": "ᴍⱮ",
    "m": "ɱᴟᵯᶆᵚ",
    "N": "ƝȠᴎᴻ",
    "n": "ƞȵɲɳɴᵰᶇ",
    "'n": "ŉ",
    "NG": "Ŋ",
    "ng": "ŋ",
    "O": "ØƆƟɷᴏᴑᴓ",
    "o": "øɔɵ",
    "OE": "Œɶ",
    "Oe": "ᴔ",
    "oe": "œ",
    "OI": "Ƣ",
    "oi": "ƣ",
    "OU": "Ȣ",
    "Ou": "ᴕᴽ",
    "ou": "ȣ",
    "P": "ƤᴘⱣ",
    "p": "ƥᵱᵽᶈ",
    "q": "Ɋɋʠ",
    "qp": "ȹ",
    "R": "ɌʀʁᴙᴚⱤ˞",
    "r": "ɍɹɺɻɼɽɾɿᵲᵳᶉᵨʶ",
    "S": "ʃʅʆẛ",
    "s": "ȿʂᵴᶊ",
    "SH": "Ʃ",
    "sh": "ƪ",
    "SS": "ẞ",
    "ss": "ß",
    "T": "ŦƬƮȾᴛ",
    "t": "ŧƫƭȶʇʈᵵⱦ",
    "tC": "ʨ",
    "Th": "Þ",
    "th": "þ",
    "tS": "ʧ",
    "ts": "ƾʦ",
    "U": "Ʉʊᴜ",
    "u": "ɤʉᴝᴞᵙµ",
    "V": "Ʋᴠ",
    "v": "ʋᶌ",
    "W": "ƜǷɯɰᴡ",
    "w": "ƿʍ",
    "WW": "ʬ",
    "x": "ᶍ",
    "Y": "ƱƳȜɎɥʏ",
    "y": "ƴȝɏʎ",
    "YR": "Ʀ",
    "Z": "ƵȤʒʓᴢⱫ",
    "z": "ƶȥɀʐʑᵶᶎⱬ",
    "ZH": "ƷƸ",
    "zh": "ƹƺǯ",
    "2": "Ƨƨƻ",
    "3": "Ǝ",
    "5": "Ƽƽ",
    "6": "Ƅƅ",
    "?": "ʔʕʖʡʢˀˁ",
    "@": "Əǝəɚʘ",
    "^": "Ʌʌ",
    "]]": "ʭ",
    "!": "ǃ",
    "|": "ǀ",
    "||": "ǁ",
    "|=": "ǂ",
}

# A letter and its spelling, side by side; capitals follow ("Жzh" gives Zh for the capital).
_GREEK = """
    αa βb γg δd εe ζz ηe θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υu φph χkh ψps ωo
    ϛst ϝw ϟq ϡsp ϣsh ϥf ϧkh ϩh ϫg ϭch ϯti
"""
_CYRILLIC = """
    аa бb вv гg дd еe жzh зz иi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъ' ыy ь' эe
    юiu яia ѐie ёio ђdj ѓgj єie ѕdz іi їyi јj љlj њnj ћtsh ќkj џdzh
    ѡo ѣe ѥie ѧe ѩie ѫo ѭio ѯks ѱps ѳf ѵy ѹu ѻo ѽo ѿot ҁq ҍ" ҏr'
    ґg' ғg' ҕg' җzh' ҙz' қk' ҝk' ҟk' ҡk' ңn' ҥng ҧp' ҩkh ҫs' ҭt' үu ұu' ҳkh' ҵtts ҷch' ҹch' һh ҽch
    ҿch' ӄk' ӈn' ӌch ӕae ӗie ә@ ӡdz өo
"""

# Spelling -> the symbols spelt so.
_SYMBOLS = {
    # white space and line ends
    " ": "\u200b",
    "\n": "\u2028",
    "\n\n": "\u2029",
    # quotation marks, accents standing alone
    "'": "‘’‛′´ʹʼʿˈ˓᾽᾿❜",
    '"': "“”‟¨ʺˮ˝❝❞〃々",
    "`": "‵ʻʽʾ˒῾Ӏ",
    ",": "‚¸ˌ˛͵❟﹑､",
    ",,": "„❠〟",
    "''": "῎〞",
    "``": "〝",
    "<": "‹˂\u2329\u3008﹤︿",
    ">": "›˃",
    "<<": "«《︽",
    ">>": "»",
    "^": "‸⁁˄ˆ˔⌃",
    "V": "˅ˇ˕ˬ˘",
    "~": "⁓˜∼〰῀\ufe23",
    '"`': "῭",
    '"~': "῁",
    "'`": "῍",
    "'~": "῏",
    "`'": "῝῞",
    "`~": "῟",
    # dashes, dots, bullets, marks
    "-": "‐‑‒–⁀¯‾⁻₋ˉ˗−﹘︲￣￩￫",
    "--": "—―⁃︱",
    ".": "‧ˑ˙｡",
    ":": "ː∶",
    ";": "\u0387",
    "?": "¿\u037e",
    "!": "¡¬❢",
    "!?": "‽",
    "*": "·•※⁎∗✱･",
    "*>": "‣",
    "***": "⁂",
    "+": "†˖〱〲〳〴",
    "++": "‡",
    "_": "‿‗ˍ",
    "/": "÷⁄ˊˏ∕〆",
    "\\": "ˋˎ∖",
    "|": "¦∣❘￨￪￬",
    "||": "‖",
    "#": "♯￭",
    "(]": "⁌",
    "[)": "⁍",
    "-[": "⁅",
    "]-": "⁆",
    "PP": "⁋",
    # signs
    "&": "⁊ϗ",
    "%": "⁒",
    "%0": "‰",
    "%00": "‱",
    "@": "˚〒〠〶",
    "=": "˭",
    "x": "×",
    "X": "˟",
    "O": "￮",
    "+-": "±",
    "<=": "≤≦",
    ">=": "≥≧",
    "": "∤≁≠≮≯≰≱ͺ΄ϴϵϹℇℏℼℽℾℿᵊᵑᵓ",
    "deg": "°",
    "ohm": "\u2126",
    "P": "¶₱",
    "SS": "§",
    "(c)": "©",
    "(r)": "®",
    "(p)": "℗",
    "(sm)": "℠",
    "(tm)": "™",
    "No. ": "№",
    "R/": "℟",
    "V/": "℣",
    "A/S": "⅍",
    " a/c ": "℀",
    " a/s ": "℁",
    " c/o ": "℅",
    " c/u ": "℆",
    # fractions and old numerals
    " 1/2": "½",
    " 1/4": "¼",
    " 3/4": "¾",
    " 0/3 ": "↉",
    " 1/": "⅟",
    " 1/10 ": "⅒",
    " 1/3 ": "⅓",
    " 1/5 ": "⅕",
    " 1/6 ": "⅙",
    " 1/7 ": "⅐",
    " 1/8 ": "⅛",
    " 1/9 ": "⅑",
    " 2/3 ": "⅔",
    " 2/5 ": "⅖",
    " 3/5 ": "⅗",
    " 3/8 ": "⅜",
    " 4/5 ": "⅘",
    " 5/6 ": "⅚",
    " 5/8 ": "⅝",
    " 7/8 ": "⅞",
    "(D": "ↀ",
    "D)": "ↁ",
    "((|))": "ↂ",
    ")": "Ↄ",
    "*1000*": "҂",
    "*100.000*": "\u0488",
    "*1.000.000*": "\u0489",
    # money
    "$?": "¤",
    "PS": "£",
    "C/": "¢",
    "/C": "￠",
    "Y=": "¥",
    "W=": "￦",
    "A": "₳",
    "BTC": "₿",
    "CL": "₡",
    "Cr": "₢",
    "C|": "₵",
    "D": "₫",
    "Dr": "₯",
    "ECU": "₠",
    "EUR": "€",
    "FF": "₣",
    "G": "₲",
    "K": "₭",
    "L": "₤₶₺",
    "l": "₾",
    "M": "₻",
    "m": "₼",
    "mil": "₥",
    "N": "₦",
    "NS": "₪",
    "Pf": "₰",
    "Pts": "₧",
    "R": "₽",
    "Rs": "₹",
    "Sm": "₷",
    "T": "₮₸",
    "UAH": "₴",
    "W": "₩",
    # East Asian punctuation
    ", ": "、",
    ". ": "。",
    "[": "「〔︹﹁",
    "] ": "」〕︺﹂",
    "]": "｣",
    "{": "『﹝﹃",
    "} ": "』︸",
    "}": "﹄﹞",
    "> ": "\u232a\u3009﹀",
    ">> ": "》︾",
    "[(": "【︻",
    ")] ": "】︼",
    ") ": "︶",
    "((": "〘",
    ")) ": "〙",
    "[[": "〖〚",
    "]] ": "〗〛",
    "~ ": "〜",
    "X ": "〓",
    "0": "⓿〇",
    # playing pieces
    "spades": "♠♤",
    "hearts": "♡♥",
    "diamonds": "♢♦",
    "clubs": "♣♧",
}

# First character of a stretch -> the one-character spellings of that stretch.
_STRETCHES = {
    "\u0363": "aeioucdhmrtvx",  # letters above letters
    "\u2190": "-|-|-|\\/\\/--~~-|-|---|-||------|||||||^V\\=V^--||--||=|==|=|======|=|=|\\/\\/==~~"
    "||-|-|---|-|||||||-\\\\|",  # arrows
    "\u2500": "--||" * 3 + "+" * 64 + "--||-|" + "+" * 31 + "/\\X" + "-|" * 6,  # box drawing
    "\u2580": "#" * 20 + "-|",  # blocks
    "\u25a0": "#" * 18 + "^^^^>>>>>>VVVV<<<<<<" + "*" * 33 + "#####^^^O########",  # shapes
    "\u24f5": "123456789",
    "\u3021": "123456789",
}


# Composed characters that unidecode does not spell like their parts.
_COMPOSED = {
    "\u013f": "L",
    "\u0140": "l",
    "\u0385": "",
    "\u0390": "I",
    "\u1e9a": "a",
    "\u1fe4": "R",
    "\u1fe5": "R",
    "\u1fee": "\"'",
    "\u1ffd": "'",
    "\u2094": "",
}


def _table() -> dict[str, str]:
    """Return the spelling of every character whose decomposition would not give it."""
    table = {
        char: word for words in (_LATIN, _SYMBOLS) for word, cs in words.items() for char in cs
    }
    for pair in (_GREEK + _CYRILLIC).split():
        letter, word = pair[0], pair[1:]
        table |= {letter: word, letter.upper(): word.capitalize()}
    for first, spellings in _STRETCHES.items():
        table |= {chr(ord(first) + i): spelling for i, spelling in enumerate(spellings)}
    for number in range(11, 21):
        table[chr(0x24EB - 11 + number)] = str(number)  # white on black: ⓫ to ⓴
    for i, piece in enumerate(("king", "queen", "rook", "bishop", "knight", "pawn")):
        table[chr(0x2654 + i)] = f"white {piece}"
        table[chr(0x265A + i)] = f"black {piece}"
    # Where unidecode leaves the pattern of its own alphabet.
    return (
        table
        | {"Ξ": "Ks", "Ϭ": "CH", "ϲ": "c", "ϳ": "j", "Ѹ": "u", "Ӑ": "a", "⓾": "10"}
        | _COMPOSED
    )


_TABLE = _table()


@lru_cache(maxsize=1 << 14)
def _spell(char: str) -> str:
    """Spell one character in ASCII, or as nothing."""
    if char in _TABLE:
        return _TABLE[char]
    return "".join(
        part if part.isascii() else _TABLE.get(part, "")
        for part in unicodedata.normalize("NFKD", char)
    )


def to_ascii(text: str) -> str:
    """Return `text` in ASCII: "Ærøskøbing – 20 °C" gives "AEroskobing - 20 degC".

    Characters that have no spelling here vanish; nothing is raised.
    """
    return text if text.isascii() else "".join(map(_spell, text))
