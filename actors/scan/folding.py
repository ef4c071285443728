"""What harmless operations on known constants give: texts that are put together or decoded, without running code.

Only methods and functions of this list are ever called, on plain values of bounded size.
"""

import base64
import binascii
import codecs
import html
import json
import operator
import re
import string
import struct
import urllib.parse
import zlib
from collections.abc import Callable
from typing import Any, Final

LARGEST: Final = 1 << 16
"""Most letters, bytes or elements of a value that is followed. *chosen*: beyond it nobody hides a name"""

HIGHEST: Final = 1 << 4_096
"""Largest whole number that is followed. *chosen*: enough for a text written as one number"""

DIGITS: Final = 1_300
"""Digits of a text that is read as a number; reading takes time quadratic in them. *derived* from `HIGHEST`"""

BITS_PER_LETTER: Final = 6
"""Bits of a whole number that count as one letter, as a power of two. *chosen*: a machine's word"""

WIDTHS: Final = re.compile(r"\d{4}")
"""A format with such a number may ask for a text of any size. *derived*"""

ERRORS: Final = (
    TypeError,
    ValueError,
    LookupError,
    ArithmeticError,
    AttributeError,
    zlib.error,
    struct.error,
    RecursionError,
)
"""What the operations raise on values that don't fit; `binascii.Error` and Unicode errors are ValueErrors. *derived*"""

CODECS: Final = frozenset(
    (
        *("utf_8", "utf8", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be", "utf_7", "ascii"),
        *("utf_8_sig", "u8", "latin_1", "latin1", "iso_8859_1", "cp1252", "cp437", "us_ascii", "unicode_escape"),
        *("raw_unicode_escape", "rot13", "rot_13", "hex", "hex_codec", "base64", "base_64", "base64_codec"),
        *("quopri", "quopri_codec", "uu", "uu_codec", "zlib", "zip", "zlib_codec"),
    )
)
"""Codecs that are followed. *chosen*: those that take time linear in the length, unlike `punycode` and `idna`"""

PLAIN: Final = (str, bytes, int, float, bool, tuple, dict, type(None))
"""Types of the values that are followed. *chosen*"""


def _inflated(data: bytes, bits: int = zlib.MAX_WBITS) -> bytes:
    return zlib.decompressobj(bits).decompress(data, LARGEST)


def _recoded(data: Any, name: str, act: Callable[[Any, str], Any]) -> Any:
    spelt = _codec(name)
    if spelt in ("zlib", "zip", "zlib_codec"):
        return _inflated(data)
    return act(data, name) if spelt in CODECS else None


def _codec(name: str) -> str:
    return name.lower().replace("-", "_").replace(" ", "_")


FUNCTIONS: Final[dict[str, tuple[Callable[..., Any], bool]]] = {
    "builtins.chr": (chr, True),
    "builtins.ord": (ord, False),
    "builtins.str": (str, False),
    "builtins.int": (lambda v, *base: int(v, *base) if not isinstance(v, str) or len(v) <= DIGITS else None, False),
    "builtins.len": (len, False),
    "builtins.hex": (hex, False),
    "builtins.bytes": (lambda *a: bytes(*a) if a and isinstance(a[0], (tuple, str, bytes)) else None, True),
    "builtins.bytearray": (lambda *a: bytes(*a) if a and isinstance(a[0], (tuple, str, bytes)) else None, True),
    "builtins.list": (tuple, False),
    "builtins.tuple": (tuple, False),
    "builtins.reversed": (lambda v: tuple(reversed(v)), False),
    "builtins.sorted": (lambda v: tuple(sorted(v)), False),
    "builtins.range": (lambda *a: tuple(range(*a)) if len(range(*a)) <= LARGEST else None, False),
    "builtins.zip": (lambda *a: tuple(zip(*a, strict=False)), False),
    "builtins.enumerate": (lambda v: tuple(enumerate(v)), False),
    "builtins.bytes.fromhex": (bytes.fromhex, True),
    "builtins.bytearray.fromhex": (bytes.fromhex, True),
    "builtins.str.maketrans": (str.maketrans, False),
    "builtins.int.to_bytes": (lambda n, size, order="big": int(n).to_bytes(min(size, LARGEST), order), True),
    "operator.add": (operator.add, False),
    "operator.concat": (operator.concat, False),
    "base64.b64decode": (base64.b64decode, True),
    "base64.standard_b64decode": (base64.b64decode, True),
    "base64.urlsafe_b64decode": (base64.urlsafe_b64decode, True),
    "base64.decodebytes": (base64.decodebytes, True),
    "base64.b32decode": (base64.b32decode, True),
    "base64.b32hexdecode": (base64.b32hexdecode, True),
    "base64.b16decode": (base64.b16decode, True),
    "base64.a85decode": (base64.a85decode, True),
    "base64.b85decode": (base64.b85decode, True),
    "binascii.unhexlify": (binascii.unhexlify, True),
    "binascii.a2b_hex": (binascii.a2b_hex, True),
    "binascii.a2b_base64": (binascii.a2b_base64, True),
    "codecs.decode": (lambda v, name="utf-8": _recoded(v, name, codecs.decode), True),
    "codecs.encode": (lambda v, name="utf-8": _recoded(v, name, codecs.encode), True),
    "zlib.decompress": (lambda v, *a: _inflated(v, *a[:1]), True),
    "gzip.decompress": (lambda v: _inflated(v, 31), True),
    "html.unescape": (html.unescape, True),
    "json.loads": (json.loads, True),
    "struct.pack": (lambda form, *a: struct.pack(form, *a) if not WIDTHS.search(str(form)) else None, True),
    "urllib.parse.unquote": (urllib.parse.unquote, True),
}
"""Functions that are followed, and whether they decode. *chosen*: the usual ways to hide a text"""

METHODS: Final = {
    str: frozenset(
        (
            *("join", "lower", "upper", "swapcase", "title", "capitalize", "casefold", "strip", "lstrip", "rstrip"),
            *("replace", "split", "rsplit", "splitlines", "encode", "translate", "removeprefix", "removesuffix"),
            *("format", "format_map", "partition", "rpartition", "index", "find"),
        )
    ),
    bytes: frozenset(
        (
            "join",
            "decode",
            "replace",
            "translate",
            "hex",
            "lower",
            "upper",
            "swapcase",
            "strip",
            "split",
            "removeprefix",
        )
    ),
    int: frozenset(("to_bytes",)),
    dict: frozenset(("get",)),
    tuple: frozenset(("index",)),
}
"""Methods that are followed. *chosen*: those that make texts of texts and can't run anything"""

CONSTANTS: Final = {
    f"string.{name}": getattr(string, name)
    for name in (
        "ascii_letters",
        "ascii_lowercase",
        "ascii_uppercase",
        "digits",
        "hexdigits",
        "punctuation",
        "printable",
    )
}
"""Texts of the standard library from which names can be picked letter by letter. *derived*"""

OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "Mod": operator.mod,
    "FloorDiv": operator.floordiv,
    "BitXor": operator.xor,
    "BitAnd": operator.and_,
    "BitOr": operator.or_,
    "RShift": operator.rshift,
    "LShift": operator.lshift,
    "Pow": operator.pow,
}
"""Operators that are followed, by the names of their nodes. *derived*: grammar"""


def called(path: str, arguments: list[Any]) -> tuple[Any, bool] | None:
    """What the function gives for these arguments, and whether it decoded them; None if it isn't followed."""
    known = FUNCTIONS.get(path)
    if known is None:
        return None
    run, decodes = known
    try:
        return _kept(run(*arguments)), decodes
    except ERRORS:
        return None


def method(value: Any, name: str, arguments: list[Any], keywords: dict[str, Any]) -> Any:
    """What the method gives; None if it isn't followed."""
    if name not in METHODS.get(type(value), ()):
        return None
    if name in ("format", "format_map"):
        if WIDTHS.search(value) or re.search(r"\{[^{}]*[.\[!:]", value):
            return None
        arguments = [_spelt(each) for each in arguments]
    if name in ("encode", "decode") and _codec(str((*arguments, *keywords.values(), "utf-8")[0])) not in CODECS:
        return None
    if _grown(value, name, [*arguments, *keywords.values()]) > LARGEST:
        return None
    try:
        return _kept(getattr(value, name)(*arguments, **keywords))
    except ERRORS:
        return None


def _spelt(value: Any) -> Any:
    return value if isinstance(value, (str, int, dict)) else str(value)


def _grown(value: Any, name: str, arguments: list[Any]) -> int:
    """At least the size of what the method gives, where that may be more than what goes in."""
    longest = max((size(each) for each in arguments), default=0)
    match name:
        case "join":
            return len(value) * len(arguments[0]) if arguments and isinstance(arguments[0], (tuple, str, bytes)) else 0
        case "replace" | "translate":
            return (len(value) + 1) * max(1, _longest(arguments))
        case "format" | "format_map":
            return len(value) + int(value.count("{")) * longest
    return 0


def _longest(arguments: list[Any]) -> int:
    """The longest text that stands for one letter."""
    texts = [each for given in arguments for each in (given.values() if isinstance(given, dict) else (given,))]
    return max((len(each) for each in texts if isinstance(each, (str, bytes))), default=0)


def size(value: Any) -> int:
    """Letters, bytes and elements of a value, within others too; counted no further than it is followed."""
    if isinstance(value, (str, bytes)):
        return len(value)
    total, waiting = 0, [value]
    while waiting and total <= LARGEST:
        one = waiting.pop()
        kind = type(one)
        total += 1
        if kind is str or kind is bytes:
            total += len(one)
        elif kind is int:
            total += one.bit_length() >> BITS_PER_LETTER
        elif kind is tuple or kind is list:
            waiting += one
        elif kind is dict:
            waiting += one
            waiting += one.values()
    return total


def operated(sign: str, left: Any, right: Any) -> Any:
    """What the operator gives; None if it isn't followed or would be large."""
    run = OPERATORS.get(sign)
    if run is None:
        return None
    if sign == "Mult" and not all(isinstance(side, (int, float)) for side in (left, right)):
        count, many = (left, right) if isinstance(left, int) else (right, left)
        if not isinstance(count, int) or not isinstance(many, (str, bytes, tuple)) or count * len(many) > LARGEST:
            return None
    if sign in ("Pow", "LShift") and not _small(sign, left, right):
        return None
    if sign == "Mod" and isinstance(left, (str, bytes)):
        count = left.count("%") if isinstance(left, str) else left.count(b"%")
        if WIDTHS.search(str(left)) or len(left) + count * size(right) > LARGEST:
            return None
    try:
        return _kept(run(left, right))
    except ERRORS:
        return None


def _small(sign: str, left: Any, right: Any) -> bool:
    if not isinstance(left, int) or not isinstance(right, int) or not 0 <= right <= HIGHEST.bit_length():
        return False
    return (left.bit_length() + 1) * (right if sign == "Pow" else 1) <= HIGHEST.bit_length()


def _kept(value: Any) -> Any:
    """The value if it is plain and not too large, lists as tuples; else None."""
    if isinstance(value, (list, bytearray)):
        value = tuple(value) if isinstance(value, list) else bytes(value)
    return value if type(value) in PLAIN and is_small(value) else None


def is_small(value: Any) -> bool:
    """It is no larger than what is followed."""
    if isinstance(value, int):
        return abs(value) <= HIGHEST
    return not isinstance(value, (str, bytes, tuple, dict)) or len(value) <= LARGEST
