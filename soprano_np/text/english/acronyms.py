"""How a word with capitals is said: as a word, letter by letter or in parts."""

import re

from soprano_np.text.patterns import regex

# Acronyms said as words.
_SAID_AS_WORDS = frozenset(
    """
    AFTRA AIDS AJAX APEC APGAR ASCII ASEAN AWOL BASIC BERT BIOS BIPOC BOGO BRRR CAPTCHA CENTCOM
    CERN COBOL COPPA COVID CRUD CUDA CUSIP DACA DALI DARPA DOS EBIT EBITDA ELISA EPCOT EUROPOL
    FAFSA FAQ FAQS FASB FATCA FEMA FERPA FICA FICO FIFA FINRA FISA FLOTUS FOMO FORTRAN GAAP GAN
    GERD GIF GNU GRR GRRR HAMAS HAZMAT HELOC HIPAA HMM HMMM HUD IATA ICANN ICE IELTS IKEA
    INTERPOL IRAQ ISIS ISRO JAXA JSON LAN LASER LASIK LEGO LIBOR LIDAR LINUX MAC MAGA MERS
    MIDI MOMA MOSFET NAFTA NAND NAS NASA NASCAR NASDAQ NATO NIC NIMBY NIST NOAA NORAD OFCOM OPEC
    OSHA OWASP PAC PETA PFFT PIN POSIX POTUS PSST QANTAS QATAR RADAR RAID RAM REIT REST ROFL ROM
    SAG SALT SARS SATA SCOTUS SCUBA SHH SHHH SIDS SIM SNAFU SONAR SWAT TANF TASER TED TOEFL TOML
    UEFA UNESCO UNICEF UNIX UNRWA VIN WAN WIC YAML YOLO ZIP
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
    "USAID": "u s aid",
    "MRSA": "mersa",
    "NICU": "nick u",
    "PICU": "pick u",
    "PICC": "pick",
    "NSAID": "n said",
    "CABG": "cabbage",
    "CPAP": "c pap",
    "SOFR": "sofer",
    "WACC": "wack",
    "FTSE": "footsie",
    "SCSI": "scuzzy",
    "CIDR": "cider",
    "LDAP": "l dap",
    "SIMD": "sim d",
    "UART": "u art",
    "CMOS": "c moss",
    "VLAN": "v lan",
    "WLAN": "w lan",
    "DRAM": "d ram",
    "SRAM": "s ram",
    "VRAM": "v ram",
    "DDoS": "d doss",
    "OAUTH": "o auth",
    "ISCSI": "i scuzzy",
    "SYSTEMD": "system d",
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
    AARP ABA ABAC ABC AC ACH ACLU ACT AD ADA ADHD AED AFAICT AFAIK AI AIM AKA ALA AM AMA AMD AOC
    AOL AP APA APHA API APIS APR APY ARP ARR ASAP ASCE ASME ATF ATM ATT AWD AWS BA BC BCE BYOB
    BYU CE CEO CFO CI CIA CIO CLI COO CPU CST CTO CUI DC DEA DEI DIY DOA DOB DOD DOE DOJ DUI DWI
    EBU ECB ECG EDT EEG EIN EKG EMI EMS EMT EOB EOD EOF EOL EOM EPA EPO EPS EQ ER ERP ESA ESL
    ESPN EST ET ETA ETF EU FAA FEIN FOB FOI FYI GED GI GIS GMT GOP GPA GPU GRE GUI HOA HR IAFF
    IANAL IATSE IBEW IBM IBS ICAC ICCID ICU ICYMI ID IDE IDS IEC IED IEP ILO IMAX IMDB IMEI IMF
    IMO IMS INS IO IOC IOT IOU IP IPA IPO IQ IRA IRC IRL IRR IRS ISBN ISO ISP ISS IT ITU IUD IV
    IVF IYKYK KYC LA LIRR LOI MA MBA MD MIT MOU MRI MST NFC NIH NOI NSA NYC NYSE OAS OB OCR OECD
    OEM OLED OMB OOO OPT OS OSU OTOH PA PC PDT PET PLO PM POA POC POW PR PSI PST RAF RN ROA ROI
    ROIC ROK SAT SEC SEM SEO SMU SOP STI TBA TBD TIL TPU TSA TV UAC UAE UAP UAW UCI UCLA UEFI
    UFC UFO UI UK UN UPI URI URL US USA USAF USB USC USCIS USDA USMA USNA USO USSR USTA UTC UTI
    UTMA UTSA UVA UX VAT VIP VOD VP WIP YMCA YWCA
    """.split()
)  # fmt: skip

# Words too short to tell from acronyms: said as words even in capitals.
SHORT_WORDS = frozenset(
    """
    A AGE AGO AIR ALL ALSO AN AND ANY ARE AS ASK AT ATE AUG AWAY BAD BAG BAR BE BED BEG BIG BOX
    BOY BUG BUS BUT BUY BY CAN CAR CAT CRY CUP CUT DAD DAY DEC DID DIE DIG DO DOES DOG DR DRY
    DUE EAT EGG END EYE FAR FEB FEW FIX FLY FOR FOX FRI FUN GAS GET GO GOD GOT GUN GUY HAD HAS
    HAT HE HER HERE HEY HI HIM HIS HIT HOT HOW HUG HUT I ICE IF ILL IN INK INTO IS ITS JAN JOB
    JOY JR JUL JUN JUST KEY KID LAW LEG LET LIE LIP LOT LOW MAD MAN MAR MAX MAY ME MEN MIX MOM
    MON MRS MUD MY NEW NO NOR NOT NOV NOW NUT OCT ODD OF OFF OH OIL OLD ON ONE ONLY OR OUR OUT
    OWE OWN PAY PEN PIE PIG POP PUT RAN RAT RAW RED ROW RUN SAD SAW SAY SEA SEE SEP SET SHE SIN
    SIR SIT SIX SKI SKY SO SON SPY SR ST SUN TAX TEA TEN THE THEM THEN THEY THIS THU TIE TO TON
    TOO TOP TOY TRY TUB TUE TWO UP USE VAN VERY VIA WAR WAS WAY WE WEB WED WET WHY WIN WITH WON
    WOW YES YET YOU ZOO
    """.split()
)  # fmt: skip

# Spelt out in addresses and in code, even in lower case.
_SPELT_IN_CODE = frozenset("usr etc url uri api src ui id io os ip ai".split())

# How English words begin and end. Capitals that do not are spelt out.
_ONSET = "|".join(
    """
    [bcdfghjklmnprstvwyz]? [bcfgkpsv]l [bcdfgkptw]r [cgkprstwz]h [kgp]n [dt]w ps qu
    s[cklmnpqtw] s[cpt]r sch shr sph spl thr ch[lr] ph[lr] mc(?:[bcdfgklnpr]|gr)(?=..)
    """.split()
)
_CODA = "|".join(
    """
    [bcdfgklmnprstwxyz]? (?<=[aeio])h (?P<twice>[bdfglmnprstz])(?P=twice)s? [cgpst]hs? ck ct ft pt
    xts? [lnrt]tz tz [lr][bcdfgkmnpstv] r?nz rl n[cdfgkst] [nr]x m[bnpst] gns? hns? lms? s[ckmpt]
    [bcdfgklmnprtw]s [dfnpwx]th [lnr]ths? ngths? [lnrt]ch ghts? ghth ngs? nks? [lr]?sh [dlnr]st
    ngst w[dklnt]s? cks cts fts pts mpts? ncts? r?sts scs sks sms mbs mns mps n[dt]s l[bdfkmpt]s
    rnst [lm]?phs? r[bdfgklmnpst]s rlds? r[np]t lfth bts? thms? [nr]gh rmth pths
    """.split()
)
_SAYABLE = regex(
    f"(?:{_ONSET})[aeiouy]+(?:[bcdfghjklmnpqrstvwxz]{{1,5}}[aeiouy]+)*(?:{_CODA})", re.IGNORECASE
)

# What stands within short words; longer ones may be compounds, such as "sandwich".
_CLUSTER = "|".join(
    """
    (?P<twice>[bcdfgklmnprstvz])(?P=twice)[lr]? [lr][a-z]{1,2} n[bcdfgjklmprstvwyz][lr]? m[bfnr]
    mp[lrt]? hm [bcdfgkpstz][lr] s[chkmnpqtwy] [cgpst]h [cp]t ck[lr]? str c[knqst] ks? f[st]r?
    d[dgkmvw] p[st] t[sm] x[clmp] xtr? w[dfklnrst] g[bmn] b[ds]
    """.split()
)
_TWICE = "(?<=[^aeiouy])(?:aa|ii|uu)(?=.)|aa(?=r)"
_VOWEL = f"[aeiou]|a[eiu]|ao(?=.)|e[aeiou]|i[aeou]|o[aeiou]|u[aeio]|{_TWICE}"
_VOWELS = f"{_VOWEL}|eau|eei|eou|ieu|iou|oui|uee|uie|uou|ueue"
_AWKWARD = regex(
    f"(?<=[aeiouy])(?!(?:{_CLUSTER})[aeiouy])[bcdfghjklmnpqrstvwxz]{{2,4}}[aeiouy]"
    f"|(?<![aeiouy])(?!(?:y?(?:{_VOWELS})(?:y(?:{_VOWELS})?)?|y)(?![aeiouy]))[aeiouy]+",
    re.IGNORECASE,
)

# "HTMLPage": the last capital of a run begins the next part.
_CAMEL = regex(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")

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
    if len(word) < 6 and _AWKWARD.search(word):
        return False
    return _SAYABLE.fullmatch(word) is not None
