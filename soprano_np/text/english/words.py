"""Words with capitals: acronyms, CamelCase, snake_case, Greek letters and names of their own.

Lower-case words are left as they are.
"""

import re

# Said in their own way. Longer ones first where one begins with the other.
_NAMES = {
    "C++": "c plus plus",
    "C#": "c sharp",
    "F#": "f sharp",
    "J#": "j sharp",
    "Notepad++": "notepad plus plus",
    "ASP.NET": "a s p dot net",
    ".NET": "dot net",
    "Node.js": "node dot j s",
    "Vue.js": "view dot j s",
    "Next.js": "next dot j s",
    "AT&T": "a t and t",
    "R&D": "r and d",
    "Q&A": "q and a",
    "B&B": "b and b",
    "M&M": "m and m",
    "a.m./p.m.": "a m or p m",
    "CO-OP": "co op",
    "W-2": "w two",
    "24/7": "twenty four seven",
    "9/11": "nine eleven",
    "7-Eleven": "seven eleven",
}

# Acronyms said as words, and some that are said in a way of their own.
_SAID_AS_WORDS = frozenset(
    """
    AIDS AJAX ASCII ASEAN AWOL BASIC BERT BIOS CAPTCHA COBOL COVID CRUD CUDA DALI DARPA EBITDA EPCOT
    FAFSA FAQ FEMA FIFA FLOTUS FOMO FORTRAN GIF GNU HAZMAT HIPAA IKEA ISIS JSON LAN LASER LEGO LIDAR
    LINUX LOL MERS MIDI MOMA NAFTA NAND NASA NASCAR NASDAQ NATO NIMBY NOAA OPEC OSHA PETA PIN POSIX
    POTUS RADAR RAID RAM REST ROFL ROM SALT SARS SCOTUS SCUBA SIM SONAR SWAT TASER TOML UEFA UNESCO
    UNICEF UNIX WAN YAML YOLO ZIP
    """.split()
)
_SAID_OTHERWISE = {
    "JPEG": "jay peg",
    "MPEG": "m peg",
    "SQL": "sequel",
    "MySQL": "my s q l",
    "PostgreSQL": "postgres q l",
    "NoSQL": "no sequel",
    "NAACP": "n double a c p",
    "IEEE": "i triple e",
    "NCAA": "n c double a",
    "AAA": "a a a",
    "DVD": "d v d",
    "CDROM": "c d rom",
    "CDs": "c d's",
    "OK": "okay",
    "PhD": "p h d",
    "PhDs": "p h d's",
    "SaaS": "sass",
    "IoT": "i o t",
    "VoIP": "voip",
    "LaTeX": "latex",
    "WiFi": "wifi",
    "iOS": "i o s",
    "eBay": "ebay",
    "IPv": "i p v",
    "YoY": "year over year",
    "QoQ": "quarter over quarter",
    "MoM": "month over month",
}
# Those that could be words and are not.
_SPELT = frozenset(
    """
    AARP ABA ABC AC ACLU ACT AD ADA ADHD AI AIM AKA ALA AM AMA AMD AOL AP APA API APIS ARP ASAP ATF
    ATM AWS BA BC BCE CE CEO CFO CIA CIO CLI COO CPU CST CTO DC DEA DIY DOA DOB DOD DOE DOJ EBU ECB
    ECG EDT EEG EKG EOD EPA EQ ER ESL ESPN EST ET ETA ETF EU FAA FYI GED GIS GMT GPU GRE GUI HR IBM
    ICU ID IDE IDS IEC IMAX IMDB IMF IMO IO IOT IOU IP IPA IPO IQ IRA IRS ISBN ISO ISP IT IV IVF LA
    NYC
    MA MBA MD MIT MRI MST NFC NSA OCR OECD OEM OLED OOO OPT OS PA PC PDT PET PM PR PST RN ROI SAT
    TBA TBD TPU TSA TV UAE UAW UCLA UFC UI UK UN URI URL US USA USAF USAID USB USC USDA USSR UTC UX
    VAT VIP VP YMCA YWCA
    """.split()
)  # fmt: skip
# Short words, and names of months and days, that are said as words when written large.
_SHORT_WORDS = frozenset(
    """
    A ALL ALSO AN AND ANY APR ARE AS ASK AT ATE AUG AWAY BAD BE BIG BOY BUS BUT BUY BY CAN CAR CAT
    CUT DAD DAY DEC DID DIE DO DOES DOG DR DRY DUE EAT END EYE FAR FEB FEW FIX FOR FRI FUN GET GO
    GOD GOT HAD HAS HE HER HERE HEY HI HIM HIS HIT HOT HOW I IF IN INTO IS ITS JAN JOB JR JUL JUN
    JUST KEY KID LET LIE LOT LOW MAD MAN MAR MAY ME MEN MOM MON MR MRS MS MY NEW NO NOR NOT NOV NOW
    OCT OF OFF OH OLD ON ONE ONLY OR OUR OUT OWN PAY PUT RAN RED RUN SAD SAW SAY SEE SEP SET SHE SIR
    SIT SIX SKY SO SON SR ST SUN TAX TEN THE THEM THEN THEY THIS THU TO TOO TOP TRY TUE TWO UP USE
    VERY VIA WAR WAS WAY WE WED WET WHY WIN WITH WON WOW YES YET YOU
    """.split()
)  # fmt: skip
_WHEN_SHOUTED = _SHORT_WORDS | frozenset(
    """
    US IT WHO AM IS ACT AGE AGO AID AIR ARM ART BAG BAN BAR BAT BED BEG BET BID BIT BOW BOX BUD BUG
    CAB CAP COP COW CRY CUP DAM DIG DIM DIP DOT DUG EAR EGG ERA FAN FAT FED FEE FIG FIT FLY FOG FOX
    FUR GAP GAS GUN GUY GYM HAM HAT HEN HID HIP HUG HUT ICE ILL INK JAM JAR JAW JET JOY LAB LAP LAW
    LAY LED LEG LID LIP LOG MAP MET MIX MOB MUD NET NIT NUT OAK ODD OIL OWE PAN PEN PET PIE PIG PIT
    POP POT RAT RAW RAY RIB RID RIP ROB ROD ROW RUB RUG SEA SEW SHY SIN SIP SKI SPY SUM TAP TEA TIE
    TIN TIP TON TOY TUB VAN VET WAX WEB WHO WIG ZIP ZOO CUE DEN DIE DUO DYE EEL ELF ELK EVE EWE FEW
    """.split()
)
# Written large before a hyphen, these are prefixes; elsewhere letters.
_PREFIXES = frozenset(
    """
    ANTI BI CO DE EX INTER MID MINI MULTI NON OVER POST PRE PRO RE SEMI SUB SUPER TRI ULTRA UN UP
    """.split()
)
_SAT = re.compile(r"SAT (?:ON|DOWN|IN|AT|BY|UP|STILL|THERE|WITH)\b")
_DAY_SHOUTED = re.compile(
    r"\b(MON|TUES?|WED|THURS?|THUR|THU|FRI|(?:SAT|SUN)(?=\. (?:NIGHT|MORNING|AFTERNOON|EVENING|AND"
    r"|AT|ONLY|\d)))\."
    r"(?= )"
)
_DAYS = {
    "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday",
    "SA": "Saturday", "SU": "Sunday",
}  # fmt: skip
# Behind these "US" is a country, even in a headline.
_US = re.compile(
    r"\bUS(?= (?:GDP|CIT(?:Y|IES)|ARMY|NAVY|AIR|MARINES?|ECONOMY|SENATE|SENATORS?|HOUSE|CONGRESS"
    r"|PRESIDENT"
    r"|TROOPS|GOVERNMENT|FED|TREASURY|STOCKS?|JOBS|DOLLAR|BORDER|MILITARY|FORCES|STATES?|COURT"
    r"|SUPREME"
    r"|OPEN|TRADE|TARIFFS?|BANKS?|MARKETS?|ELECTION|VOTERS|OFFICIALS?|ENVOY|CITIZENS?|INFLATION)\b)"
)
# Lower-case parts of addresses and programs that are spelt though they have a vowel.
_SPELT_IN_CODE = frozenset("usr etc url uri api src ui id io os ip ai".split())
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρςστυφχψω",
        """
        alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho
        sigma sigma tau upsilon phi chi psi omega
        """.split(),
        strict=True,
    )
) | {"µ": "micro", "ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi"}

# How English words begin and end: what does not is spelt.
_ONSET = "|".join(
    """
    [bcdfghjklmnprstvwyz]? [bcfgkps]l [bcdfgkptw]r [cgpstw]h [kgp]n [dt]w ps qu
    s[cklmnpqtw] s[cpt]r sch shr spl thr ch[lr] ph[lr]
    """.split()
)
_CODA = "|".join(
    """
    [bcdfgklmnprstwxyz]? [bdfglmnprstz]{2} [cgpst]h ck ct ft pt xt [lr][bcdfgkmnpstv] n[cdgkst]
    m[bpst] s[kmpt] [bcdfgklmnprtw]s [dfnpx]th [lr]th [lnrt]ch ght ngs? nks? r?sh [nr]st w[dkln]
    cks cts fts pts sts sks mps n[dt]s l[dfkmpst]s r[bdfgklmnpst]s
    """.split()
)
_SAYABLE = re.compile(
    f"(?:{_ONSET})[AEIOUY]+(?:[BCDFGHJKLMNPQRSTVWXZ]{{1,4}}[AEIOUY]+)*(?:{_CODA})", re.IGNORECASE
)

_ALL_NAMES = "|".join(map(re.escape, sorted(_NAMES, key=len, reverse=True)))
_NAME = re.compile(rf"(?<![\w.])(?:{_ALL_NAMES})(?![A-Za-z+#])(?=([0-9]?))")
_GRADE = re.compile(r"(?<![\w-])([A-F])([+-])(?=[\s,.;:!?)\"']|$)")
_SHOUTED = re.compile("^[^a-z\n]+$", re.MULTILINE)
_CAPITALS = re.compile(r"(?<![\w.&/])[A-Z']+(?![\w.&/])|(?<![\w.])[A-Z]{2,}(?=\.(?:\s|$))")
_WORD = re.compile(r"(?<![A-Za-z])[a-z]*[A-Z][A-Za-z]*(?:'[sS](?![A-Za-z]))?")
# "HTMLPage": the last capital of a run begins the next part.
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
# A capital within these is part of a name: McDonald, MacArthur, DeVito.
_NAME_BEGINS = ("Mc", "Mac", "De", "Di", "Du", "La", "Le", "Van", "Fitz", "St")
_SIDE_BY_SIDE = re.compile(r"(?<=[A-Za-z]{2})/(?=[A-Za-z]{2})")  # HIV/AIDS
_PREFIX = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(_PREFIXES))})(?=-[A-Z]{{2}})")
_SINGLE_GREEK = re.compile("[Ͱ-Ͽµ]")


def letters(word: str) -> str:
    """Spell a word: "usr" is "u s r"."""
    return " ".join(word.lower())


def names(text: str) -> str:
    """Say names whose signs are part of them, and grades: "C++", ".NET", "AT&T", "A-"."""
    text = _GRADE.sub(lambda m: f"{m[1]} {'plus' if m[2] == '+' else 'minus'}", text)
    return _NAME.sub(lambda m: _NAMES[m[0]] + (m[1] and " "), text)


def shouting(text: str) -> str:
    """Write a line of nothing but capitals as it would be written quietly: "Stop Now".

    What could not be a word keeps its capitals.
    """

    def quieten(word: re.Match[str]) -> str:
        letters_only = word[0].replace("'", "")
        if letters_only in _PREFIXES and word.string[word.end() : word.end() + 1] == "-":
            return word[0].capitalize()
        if word.string[max(0, word.start() - 3) : word.start()] == "CO-":
            return word[0].capitalize()
        if _US.match(word.string, word.start()):
            return word[0]
        if _SAT.match(word.string, word.start()):
            return "Sat"
        if letters_only in _WHEN_SHOUTED or (
            len(letters_only) > 2 and letters_only not in _SPELT and _sayable(letters_only)
        ):
            return word[0].capitalize()
        return word[0]

    def quieten_line(line: re.Match[str]) -> str:
        if len(_CAPITALS.findall(line[0])) < 2:
            return line[0]
        quiet = _DAY_SHOUTED.sub(lambda m: _DAYS[m[1][:2]], line[0])
        return _CAPITALS.sub(quieten, quiet)

    return _SHOUTED.sub(quieten_line, text)


def words(text: str) -> str:
    """Say acronyms, CamelCase, snake_case and Greek letters: "GPUs" is "g p u's"."""
    if "_" in text:
        text = re.sub(r"[A-Za-z0-9]*_\w*", lambda m: _snake_case(m[0]), text)
    if not text.isascii():
        text = _SINGLE_GREEK.sub(lambda m: f" {_GREEK.get(m[0].lower(), '')} ", text)
    text = _SIDE_BY_SIDE.sub(" ", re.sub(r"\bwww\b", "w w w", text))
    return _WORD.sub(_word, _PREFIX.sub(lambda m: m[0].lower(), text))


def _snake_case(word: str) -> str:
    parts = word.split("_")
    if word.isupper() and len(parts) > 1:
        parts = [part.capitalize() if _sayable(part) else part for part in parts]
    return " ".join(filter(None, parts))


def spoken_word(word: str) -> str:
    """Say one word of an address or a name: "userName" is "user name", "usr" is "u s r"."""
    return " ".join(_identifier(part) for part in re.split(r"[\s_]+", word) if part)


def _identifier(part: str) -> str:
    if not part.isascii() or not part.isalpha():
        return part
    if part.islower():
        known = part in _SPELT_IN_CODE or not re.search("[aeiouy]", part)
        return letters(part) if known else part
    return _say(part)


def _word(match: re.Match[str]) -> str:
    word, apostrophe, s = match[0].partition("'")
    if word[1:].islower() or len(word) == 1:  # just a capital
        return match[0]
    return _say(word) + apostrophe + s.lower()


def _say(word: str) -> str:
    """Say a word that has a capital somewhere."""
    if word[0].isupper() and word[1:].islower():
        return word.lower()
    if word in _SAID_OTHERWISE:
        return _SAID_OTHERWISE[word]
    if word.isupper():
        return word.lower() if _is_said_as_word(word) else letters(word)
    if word[:-1].isupper() and word.endswith("s"):  # GPUs
        return _say(word[:-1]) + ("s" if _is_said_as_word(word[:-1]) else "'s")
    parts = _CAMEL.findall(word)
    if parts[0] in _NAME_BEGINS and len(parts) > 1 and parts[1][0].isupper():
        return word.lower()
    return " ".join(
        _say(part) if len(part) > 1 and part[1].isupper() else part.lower() for part in parts
    )


def _is_said_as_word(word: str) -> bool:
    if word in _SAID_AS_WORDS or word in _SHORT_WORDS:
        return True
    return len(word) > 3 and word not in _SPELT and _sayable(word)


def _sayable(word: str) -> bool:
    """Tell whether English words look like this: "STOP" and not "HTML"."""
    return _SAYABLE.fullmatch(word) is not None
