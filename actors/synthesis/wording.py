"""What the words of a goal speak for: components that do what a word means come cheaper."""

import dataclasses
import functools
import re
from collections.abc import Sequence
from typing import Final

from actors.synthesis.prose import numbers_in
from actors.synthesis.term import Component, Term

NAMED_DISCOUNT: Final = 1
"""How much cheaper a component is whose own name the goal or a hint has. *chosen*"""

MEANT_DISCOUNT: Final = 2
"""How much cheaper a component is that does what a word of the goal means. *chosen*"""

FEW: Final = 3
"""Numbers up to this are said of anything. *chosen*"""

_UP: Final = (
    "largest highest maximum max longest latest biggest greatest most best dearest top newest"
    " oldest last fastest heaviest farthest"
)
_DOWN: Final = (
    "smallest lowest minimum min least shortest earliest cheapest fewest oldest youngest slowest lightest nearest"
)
_ORDER: Final = "sort sorted order ordered ascending alphabetical alphabetically anagram rank ranked ranking by"
_TURN: Final = "descending reverse reversed backwards mirror mirrored palindrome palindromes down"

_DIVIDING: Final = "divisible multiple multiples even odd remainder every modulo leap fizz divides divisor"

DIVIDING: Final = frozenset(_DIVIDING.split())
"""Words that speak of what divides a number. *chosen*"""

LOUD: Final = tuple(
    (part, frozenset(words.split()))
    for part, words in (
        ("max(A", f"{_UP} at up between limit cap clamp late"),
        ("min(A", f"{_DOWN} at most up between limit cap clamp early alphabetically"),
        ("sorted(A", f"{_UP} {_DOWN} {_ORDER} {_TURN} median middle"),
        ("statistics.median(A", "median middle typical"),
        ("lambda x: len(x)", "longest shortest long short longer shorter length size letters characters"),
        ("% B == 0", _DIVIDING),
        ("% B != 0", _DIVIDING),
        ("% A == 0", _DIVIDING),
        (".isupper()", "upper uppercase capital capitals case caps shouting shouted letters big"),
        (".islower()", "lower lowercase small case letters"),
    )
)
"""What nobody means who does not say it, and the words that say it. *chosen*"""

COUNTING: Final = re.compile(r"\b(?:how many|counts?|number of|most|often|frequent\w*|times)\b")
"""What asks for a count, for which no field of what is counted has to be read. *chosen*"""

FORMS: Final = re.compile(r"\b(?:like|such as|e\.g\.|for example)\b.*|\([^)]*\bis\b[^)]*\)")
"""What shows a form by an example. *chosen*"""

ASIDE: Final = re.compile(r"\bat (?:least|most)\b|\bthe (?:first|second|other)\b")
"""What names a bound or an argument, whose words mean nothing else. *chosen*"""

MEANINGS: Final = (
    ("sorted(", "sort sorted order ordered ascending alphabetical alphabetically anagram anagrams"),
    ("reverse=True", "descending largest highest top biggest newest latest longest best"),
    ("[::-1]", "reverse reversed backwards mirror mirrored"),
    ("A == A[::-1]", "palindrome palindromes palindromic"),
    ("Counter", "count counts frequency frequencies often occurrences occurs occur frequent common tally"),
    ("mode(", "frequent common mode often most"),
    ("partition(B)[0]", "before until"),
    ("partition(B)[2]", "after following behind"),
    ("n > 1", "duplicate duplicates repeated twice"),
    ("dict.fromkeys(A)", "unique distinct duplicate duplicates once dedupe deduplicate"),
    ("set(A)", "unique distinct different"),
    ("groupby", "consecutive adjacent successive neighbouring run runs other"),
    ("sum(A) / len(A)", "average mean avg"),
    ("100 * ", "percent percentage share rate"),
    ("sum(", "sum total totals add"),
    ("max(A", "largest highest maximum max longest latest biggest greatest most best dearest"),
    ("min(A", "smallest lowest minimum min least shortest earliest cheapest"),
    ("len(", "length size many long longer shorter characters"),
    ("accumulate(", "running cumulative"),
    (".upper()", "capital capitals uppercase upper"),
    (".lower()", "lowercase lower slug insensitive"),
    (".title()", "title headline"),
    ("capwords", "title headline"),
    ("rstrip(", "trailing end ends right ending"),
    ("lstrip(", "leading start beginning left"),
    ("startswith(", "start starts starting begin begins beginning"),
    ("endswith(", "end ends ending"),
    ("month_abbr", "month months"),
    ("day_abbr", "weekday day"),
    ("enumerate(A) if x", "first once already seen duplicate duplicates dedupe unique"),
    ("isdigit()", "digit digits"),
    ("isupper()", "capital uppercase upper"),
    (".items() if v", "whose where those which"),
    ("if B not in x", "without missing lacking no"),
    (".get(", "missing default otherwise without none"),
    (".strip(", "strip stripped surrounding around"),
    (".strip()", "trim trimmed clean whitespace white space spaces"),
    ("' '.join(A.split())", "collapse collapsed spaces space whitespace single"),
    ("'*' * len(B)", "censor censored mask masked hide"),
    ("A.split(B)", "separated comma commas semicolon semicolons delimited split"),
    ("A.split()", "word words whitespace"),
    ("splitlines", "line lines"),
    (".join(", "join joined separated"),
    ("re.sub(", "remove removed without only keep strip mask hide replace"),
    (".replace(", "replace replaced remove without"),
    ("re.findall(", "all every numbers digits mentioned"),
    ("re.fullmatch(", "valid validity check format matches"),
    ("hypot", "distance"),
    ("dist(", "distance"),
    ("gcd", "divisor"),
    ("lcm", "multiple"),
    ("'NFKD'", "accents accent diacritics ascii slug umlauts"),
    ("html.unescape", "entity entities html"),
    ("html.escape", "html"),
    ("all(A % x", "prime primes"),
    ("if A % x == 0", "divisors factors"),
    ("A % B == 0", "divisible multiple even"),
    ("max(B, min(A, C))", "clamp clamped limit limited keep kept between bounds range"),
    ("A <= B <", "between range within inside open during"),
    ("rjust", "pad padded padding left right-aligned"),
    ("zfill", "pad padded padding zeros"),
    ("ljust", "pad padded padding right"),
    ("center(", "center centre centred centered"),
    ("A * B", "repeat repeated times product"),
    ("[A] * B", "repeat repeated times"),
    ("if x in B", "common both intersection shared"),
    ("x in part for part in A", "all every common shared both intersection"),
    ("set.intersection", "all every common shared both intersection"),
    ("range(min(A)", "missing gap gaps absent lacking skipped"),
    ("// 60", "minutes seconds hours clock time"),
    ("max(0, A - B)", "over above beyond extra free after excess remaining"),
    ("& set(B)", "common both intersection shared"),
    ("| set(B)", "union all"),
    ("not in B", "difference missing except only"),
    ("{k: [x", "group grouped groups"),
    ("{x[B]: x", "index indexed lookup"),
    ("{**x, **y}", "join joined joins match"),
    ("{**A, **B}", "merge merged combine combined override"),
    ("for part in A", "flatten flattened flat"),
    ("'yes'", "yes boolean truth truthy"),
    ("urlsplit", "url link address"),
    ("parse_qsl", "query parameter parameters"),
    ("int(A, B)", "binary hexadecimal hex octal base"),
    ("textwrap.wrap", "wrap wrapped width"),
    ("monthrange", "last end month"),
    ("isocalendar", "week"),
    ("(A.month + 2) // 3", "quarter"),
    ("(A.month + 5) // 6", "half semester"),
    ("tm_yday", "year"),
    ("weekday", "weekend weekday monday"),
    ("B.year - A.year - (", "age old birthday birth"),
    ("(B.year - A.year) * 12", "months"),
    ("combinations", "pairs combinations"),
    ("sum(x != y", "hamming differ differing different"),
    ("zip(A, A[1:])", "neighbours adjacent consecutive differences successive moving"),
    ("[A[i:i + B]", "chunks chunk groups pieces batches"),
    ("A[B:] + A[:B]", "rotate rotated move shift"),
    ("zip(*A)", "transpose transposed columns column"),
    ("csv.", "csv"),
    ("roman", "roman"),
    ("timedelta", "days later after before add"),
    ("index(x) + 1", "rank ranks"),
    ("(max(A) - min(A))", "normalise normalize scale scaled"),
    ("stdev", "deviation"),
    ("median", "median middle"),
    ("sorted(A)[1:-1]", "without dropping dropped trimmed extremes outliers"),
    ("A[-1] - A[0] + 1", "covers cover inclusive"),
    ("default=0)", "streak row run longest consecutive"),
    ("(A + ' ' + B)", "full before after names"),
    ("IGNORECASE", "case capitals insensitive ignoring"),
    ("shortened", "short shortened compact"),
    ("len(A) // 2", "middle half"),
    ("round(A / B) * B", "nearest closest"),
    ("math.ceil(A / B) * B", "up started begun multiple"),
    ("' and ' * ", "and list listing sentence"),
    ("x + str(len(", "run length encode encoding compress"),
    ("math.ceil", "up ceiling"),
    ("math.floor", "down floor"),
    ("most_common", "frequent common top often"),
    ("luhn", "luhn card credit valid check"),
    ("isbn", "isbn valid check"),
    ("iban", "iban account valid check"),
    ("ordinal", "ordinal"),
    ("shifted", "caesar cipher shift shifted"),
    ("months_later", "months month"),
    ("seconds_in", "duration seconds"),
    ("duration_of", "duration"),
    ("bytes_in", "bytes size"),
    ("size_of", "readable human size"),
    ("flattened", "flatten flattened nested flat"),
)
"""Parts of templates, and the words that mean them. *chosen*: English, as all words of the search."""


def favoured(components: Sequence[Component], hints: Sequence[str], goal: str) -> list[Component]:
    """The components, cheaper by what the hints name and the words of the goal mean."""
    said = set(re.findall(r"[a-z]{2,}", goal.lower()))
    named = {hint.rpartition(".")[2].lower() for hint in hints} | {word for word in said if len(word) > 2}
    meant = _meant(goal)
    return [_favoured(component, named, meant) for component in components]


def unmeant(written: str, goal: str) -> bool:
    """The words of the goal mean something, or it names numbers, and the program has none of it."""
    parts = _meant(goal)
    return (bool(parts) and not any(part in written for part in parts)) or unnumbered(written, goal)


def unnumbered(written: str, goal: str) -> bool:
    """The goal names numbers, small ones apart, and the program has none of them."""
    numbers = {str(number) for number in numbers_in(goal) if number > FEW}
    return bool(numbers) and not numbers & set(re.findall(r"\d+(?:\.\d+)?", written))


def loud(term: Term, goal: str) -> int:
    """How many steps of the program pick or order by size where the goal has no word for it."""
    said = set(re.findall(r"[a-z]{2,}", goal.lower()))
    own = term.component.template
    here = bool(said) and any(part in own and not said & words for part, words in LOUD)
    return here + sum(loud(part, goal) for part in term.parts)


def plain_numbers(goal: str) -> frozenset[str]:
    """The numbers that the goal names, small ones and what it only gives as a form apart."""
    return frozenset(str(number) for number in numbers_in(FORMS.sub(" ", goal)) if number > FEW)


def missed(written: str, goal: str) -> int:
    """How many numbers of the goal the program lacks, as they are or as shares of a hundred."""
    numbers = plain_numbers(goal)
    if not numbers:
        return 0
    have = set(re.findall(r"\d+(?:\.\d+)?", written))
    return sum(number not in have and not have & _shares(number) for number in numbers)


def _shares(number: str) -> set[str]:
    """What a percentage multiplies by or divides by."""
    share = float(number) / 100
    made = [share, 1 - share, 1 + share, 1 / share]
    return {str(int(value) if value == int(value) else round(value, 6)) for value in made}


def unspoken(term: Term, goal: str) -> int:
    """How many steps of the program, comparisons apart, do nothing that a word of the goal means."""
    meant = _meant(goal)
    own = bool(term.parts) and re.search(r"[(\[]", term.component.template) is not None
    silent = own and bool(meant) and not any(part in term.component.template for part in meant)
    return silent + sum(unspoken(part, goal) for part in term.parts)


@functools.lru_cache(maxsize=16)
def _meant(goal: str) -> tuple[str, ...]:
    said = set(re.findall(r"[a-z]{2,}", ASIDE.sub(" ", goal.lower())))
    return tuple(part for part, words in MEANINGS if said & set(words.split()))


def overlooked(written: str, goal: str) -> int:
    """How many words of the goal mean something that the program has nothing of."""
    meant: dict[str, list[str]] = {}
    for part, words in MEANINGS:
        for word in set(words.split()) & set(re.findall(r"[a-z]{2,}", ASIDE.sub(" ", goal.lower()))):
            meant.setdefault(word, []).append(part)
    return sum(not any(part in written for part in parts) for parts in meant.values())


def _favoured(component: Component, named: set[str], meant: Sequence[str]) -> Component:
    discount = max(
        NAMED_DISCOUNT if named & _names(component.template) else 0,
        MEANT_DISCOUNT if any(part in component.template for part in meant) else 0,
    )
    return dataclasses.replace(component, cost=max(1, component.cost - discount)) if discount else component


def _names(template: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", re.sub(r"'[^']*'", "", template)))
