"""How a word with capitals is said: as a word, letter by letter or in parts."""

import re

# Acronyms said as words.
_SAID_AS_WORDS = frozenset(
    """
    AIDS AJAX ASCII ASEAN AWOL BASIC BERT BIOS CAPTCHA COBOL COVID CRUD CUDA DALI DARPA EBITDA EPCOT
    FAFSA FAQ FEMA FIFA FLOTUS FOMO FORTRAN GIF GNU HAZMAT HIPAA IKEA ISIS JSON LAN LASER LEGO LIDAR
    LINUX LOL MERS MIDI MOMA NAFTA NAND NASA NASCAR NASDAQ NATO NIMBY NOAA OPEC OSHA PETA PIN POSIX
    POTUS RADAR RAID RAM REST ROFL ROM SALT SARS SCOTUS SCUBA SIM SONAR SWAT TASER TOML UEFA UNESCO
    UNICEF UNIX WAN YAML YOLO ZIP
    """.split()
)
# Words said in a way of their own.
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

# Acronyms that look like words but are spelt out.
SPELT = frozenset(
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

# Words too short to tell from acronyms: said as words even in capitals.
SHORT_WORDS = frozenset(
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

# Spelt out in addresses and in code, even in lower case.
_SPELT_IN_CODE = frozenset("usr etc url uri api src ui id io os ip ai".split())

# How English words begin and end. Capitals that do not are spelt out.
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

# "HTMLPage": the last capital of a run begins the next part.
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")

# A capital after these is part of a name: McDonald, MacArthur, DeVito.
_NAME_BEGINS = ("Mc", "Mac", "De", "Di", "Du", "La", "Le", "Van", "Fitz", "St")


def letters(word: str) -> str:
    """Spell a word: "usr" is "u s r"."""
    return " ".join(word.lower())


def spoken_word(word: str) -> str:
    """Say one word of an address or a name: "userName" is "user name", "usr" is "u s r"."""
    return " ".join(_identifier(part) for part in re.split(r"[\s_]+", word) if part)


def _identifier(part: str) -> str:
    if not part.isascii() or not part.isalpha():
        return part
    if part.islower():
        known = part in _SPELT_IN_CODE or not re.search("[aeiouy]", part)
        return letters(part) if known else part
    return say_word(part)


def say_word(word: str) -> str:
    """Say a word that has a capital somewhere."""
    if word[0].isupper() and word[1:].islower():
        return word.lower()
    if word in _SAID_OTHERWISE:
        return _SAID_OTHERWISE[word]
    if word.isupper():
        return word.lower() if _is_said_as_word(word) else letters(word)
    if word[:-1].isupper() and word.endswith("s"):  # GPUs
        return say_word(word[:-1]) + ("s" if _is_said_as_word(word[:-1]) else "'s")
    parts = _CAMEL.findall(word)
    if parts[0] in _NAME_BEGINS and len(parts) > 1 and parts[1][0].isupper():
        return word.lower()
    return " ".join(
        say_word(part) if len(part) > 1 and part[1].isupper() else part.lower() for part in parts
    )


def _is_said_as_word(word: str) -> bool:
    if word in _SAID_AS_WORDS or word in SHORT_WORDS:
        return True
    return len(word) > 3 and word not in SPELT and sayable(word)


def sayable(word: str) -> bool:
    """Return whether it looks like an English word: "STOP" does, "HTML" does not."""
    return _SAYABLE.fullmatch(word) is not None
