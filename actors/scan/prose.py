"""The text of the program as somebody reads it: words to an agent in comments, and letters that look like others."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from actors.scan.finding import GRAVE, SUSPECT, Finding
from actors.text.confusables import LOOKALIKES
from actors.text.hidden import BIDI, COPIED, INVISIBLE
from actors.text.orders import order_in
from actors.text.wording import APART, WORD, words_of

MARKUP: Final = (
    re.compile(r"<(?:\|\s?\w{1,30}\s?\|>|</?SYS>>|/?system(?:_prompt)?>)"),
    re.compile(r"\[/?INST\]"),
    re.compile(r"(?:^|[\"'.!>#\n])[ \t]{0,80}(?:SYSTEM|System|ASSISTANT|Assistant)[ \t]?:[ \t]+[a-zA-Z]"),
    re.compile(
        "(?:忽略|无视|無視|忘记|忘記)[^。.\n]{0,20}(?:指令|指示|规则|規則|提示|命令)"
        "|(?:指示|命令|ルール|規則)[^。.\n]{0,12}(?:無視|忘れ)|(?:지시|명령|규칙)[^.\n]{0,12}무시"
    ),
)
"""What chat models take for a change of speaker, and the plainest order in languages that set no blanks. *cited*: the
published chat templates; *chosen*"""

UNSEEN: Final = 12
"""Invisible letters in one program that are no accident. *chosen*"""


def orders(text: str, first_line: int = 1) -> Iterator[Finding]:
    """Words to an agent, whatever the case, the spacing, the lines and the look of the letters."""
    order = order_in(words_of(text))
    if order is None and text.count("-") >= APART:
        text = text.replace("-", "")
        order = order_in(words_of(text))
    if order is not None:
        number, said = order
        line = first_line + _row_of_word(number, text)
        yield Finding(line, "orders", f"speaks to whoever reviews it: {said[:60]!a}", SUSPECT)
    elif (mark := next(filter(None, (pattern.search(text) for pattern in MARKUP)), None)) is not None:
        yield Finding(first_line + _row(text, mark), "orders", "holds the marks of a chat's speakers", SUSPECT)
    if (tags := COPIED.search(text)) is not None:
        yield Finding(first_line + _row(text, tags), "disguise", "holds words that nobody sees", GRAVE)


def _row_of_word(number: int, text: str) -> int:
    """The row in which the word with this number stands, from 0; the first row if it stands in several."""
    for row, part in enumerate(text.splitlines()):
        number -= len(words_of(part))
        if number < 0:
            return row
    return 0


def disguises(source: str) -> Iterator[Finding]:
    """Letters that are shown as something else than they are."""
    if source.isascii():
        return
    if (turn := BIDI.search(source)) is not None:
        yield Finding(_row(source, turn) + 1, "disguise", "turns the direction in which the code is shown", GRAVE)
    if len(INVISIBLE.findall(source)) >= UNSEEN:
        yield Finding(1, "disguise", "holds many letters that nobody sees", SUSPECT)


def disguised_names(names: Iterator[tuple[int, str]]) -> Iterator[Finding]:
    """Names that look like others: wholly Latin to the eye, but not in fact."""
    for line, name in names:
        if not name.isascii() and name.translate(LOOKALIKES).isascii():
            yield Finding(line, "disguise", f"the name {name!a} looks like another", SUSPECT)


def compatible_names(source: str) -> Iterator[Finding]:
    """Names in letters that Python reads as plain ones, such as full-width letters for a builtin."""
    if source.isascii():
        return
    for number, line in enumerate(source.splitlines(), 1):
        code = line.partition("#")[0]
        for word in () if code.isascii() else WORD.findall(code):
            if not word.isascii() and unicodedata.normalize("NFKC", word).isascii() and word.isidentifier():
                yield Finding(number, "disguise", f"{word!a} is read as {unicodedata.normalize('NFKC', word)}", SUSPECT)


def _row(source: str, match: re.Match[str]) -> int:
    return source.count("\n", 0, match.start())
