"""Characters that show a person another text than a machine reads, or nothing at all."""

import re
from typing import Final

_TURNS: Final = "\u202a-\u202e\u2066-\u2069"
_COPIES: Final = "\U000e0020-\U000e007e"

TAGS: Final = {0xE0000 + code: chr(code) for code in range(0x20, 0x7F)}
"""Invisible copies of ASCII, by what they copy. *cited*: The Unicode Standard, block Tags"""

COPIED: Final = re.compile(f"[{_COPIES}]{{3,}}")
"""Hidden words, letter by letter, of invisible copies. *cited*: the same"""

BIDI: Final = re.compile(f"[{_TURNS}]")
"""Marks that turn the direction of what is shown. *cited*: CVE-2021-42574; Unicode Standard Annex 9"""

HIDING: Final = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_TURNS}{_COPIES}\U000e007f]")
"""What hides text in prose: controls of terminals, turned directions, invisible copies of ASCII. *cited*: ISO 6429;
Unicode Standard Annex 9; block Tags"""

INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\ufe00-\ufe0f\U000e0000-\U000e007f]")
"""Letters that nobody sees, among them the tags that spell hidden words. *derived*: Unicode, general category Cf"""
