"""Letters that look like others: one table, and the readings of it that the judges of texts and of code need."""

from typing import Final

HOMOGLYPHS: Final = {
    "a": "ɐɑαаᎪᗅᴀꓮ𐊠𖽀",
    "b": "ƀƅʙβвьᏏᏴᑲᖯᗷꓐꞵ𐊂𐊡𐌁",
    "c": "сᏟᴄⲥꓚ𐊢𐌂𐐽𐔜𑣩𑣲",
    "d": "đԁᎠᏧᑯᗞᗪᴅꓒꓓ",
    "e": "ǝεеҽᎬᴇⴹꓰꬲ𐊆𑣆𑣎",
    "f": "ϝքᖴẝꓝꜰꞙꬵ𐊇𐊥𐔥𑣂",
    "g": "ƍɡɢԍցᏀᏳᶃꓖ",
    "h": "ħʜηнһհᎻᏂᕼⲏꓧ𐋏",
    "i": "ıłǀɨɩɪʟιіӏ۱ᎥᏞᒪᛁⲓⳑⵏꓡꓲꙇ𐊊𐌉𐌠𐑃𐔦𑣃𑣒𖼖𖼨",
    "j": "ʝϳјᎫᒍᴊꓙ",
    "k": "κкᏦᛕᴋⲕꓗ𐔘",
    "m": "μϻмᎷᗰᛖᴍⲙꓟ𐊰𐌑",
    "n": "ɴпոռⲛꓠ𐔓",
    "o": "øοσоօ۵०০੦૦ଠ୦௦౦೦ഠ൦๐໐ဝ၀ჿዐᴏᴑⲟⵔ〇ꓳꬽ𐊒𐊫𐐬𐓪𐔖𑓐𑣈𑣕𑣗𑣠",
    "p": "ρрᏢᑭᴘⲣꓑ𐊕",
    "q": "ԛգզⵕꞯ",
    "r": "ʀгᎡᎱᏒᖇᴦⲅꓣꭇꭈ𐓜𖼵",
    "s": "ƽѕտᏕᏚꓢꜱ𐊖𐑈𑣁𖼺",
    "t": "ŧτтᎢᴛⲧꓔ𐊗𐊱𐌕𑣜𖼊",
    "u": "ʋυսሀᑌᴜꓴꞟꭎꭒ𐓶𑣘𖽂",
    "v": "νѵ۷Ꮩᐯᴠⴸꓦꛟ𐔝𑜆𑣀𖼈",
    "w": "ɯѡԝաᎳᏔᴡꓪ𑜊𑜎𑜏𑣦𑣯",
    "x": "χхᕁᕽᚷⲭⵝꓫꭓ𐊐𐊴𐌗𐌢𐔧𑣬",
    "y": "ɣʏγуүყᎩᎽᶌỿⲩꓬꭚ𐊲𑣄𖽃",
    "z": "ζᏃᴢꓜ𐋵𑣉𑣥",
}
"""Letters that look like a Latin one and are not made equal by NFKD and case folding. *cited*: Unicode Technical
Standard 39, confusables.txt, single characters; small capitals and crossed letters are added"""

LETTERS: Final = {ord(like): letter for letter, likes in HOMOGLYPHS.items() for like in likes}
"""The table by the look-alike. *derived*"""

COLONS: Final = dict.fromkeys(map(ord, "ː˸։׃܃܄∶꞉"), ":")
"""What looks like a colon. *cited*: Unicode Technical Standard 39, confusables.txt"""

REGIONAL: Final = {0x1F1E6 + place: chr(ord("a") + place) for place in range(26)}
"""Regional indicators as letters. *cited*: The Unicode Standard, block Enclosed Alphanumeric Supplement"""

BOXED: Final = {first + place: chr(ord("a") + place) for first in (0x1F150, 0x1F170, 0x1F130) for place in range(26)}
"""Letters in circles and squares that NFKD leaves. *cited*: same block"""

CLOSER: Final = {"ӏ": "l", "ł": "l", "Ν": "N", "Υ": "Y"}
"""Letters that code is read with more closely than the table has them, which takes l for i and folds the case.
*derived*: Unicode, confusables"""

IN_CODE: Final = "аеорсухіјѕԁӏһԛԝАВЕКМНОРСТУХІЈЅοαιυνρκχτΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
"""Cyrillic and Greek letters that count as a disguise in a name. *chosen*: those that are Latin to every eye; others of
the table, such as a Greek sigma, honest formulas use"""


def _closely(letters: str) -> dict[int, str]:
    """What each of the letters looks like, its case kept."""
    return {ord(letter): CLOSER.get(letter) or _cased(letter) for letter in letters}


def _cased(letter: str) -> str:
    like = LETTERS.get(ord(letter)) or LETTERS[ord(letter.lower())]
    return like.upper() if letter.isupper() else like


LOOKALIKES: Final = _closely(IN_CODE)
"""Those letters by what they look like. *derived*"""

LATIN: Final = _closely(f"{IN_CODE}ıøłđ")
"""Letters that are read as plain ones: those, and letters that no mark can be taken from. *derived*"""
