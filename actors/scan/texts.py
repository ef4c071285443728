"""What texts say that no tool needs: paths of secrets, addresses for loot, walks, hidden code, unreadable blobs."""

import ast
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from actors.scan.effort import LETTERS_PER_STEP
from actors.scan.finding import GRAVE, SUSPECT, Finding
from actors.scan.meaning import DECODED, LITERAL, Known
from actors.scan.prose import orders
from actors.scan.scopes import Place
from actors.scan.tables import BUILTINS, STEPS, WALKS
from actors.scan.triggers import PASSWORD
from actors.scan.view import View, found
from actors.text.hidden import INVISIBLE

Findings = Iterator[Finding]

SAYING: Final = 12
"""Letters of the shortest text that can order something. *chosen*"""

STEPS_PER_LETTER: Final = 0.4
"""Steps for asking of each letter of a text what it says. *measured*"""

SECRET_PATH: Final = re.compile(
    r"/etc/(?:passwd|shadow|gshadow|sudoers|ssh/|krb5)|/proc/(?:self|\d+|1)/|\.ssh/|\.ssh$|\.aws/|\.kube/config|\.gnupg"
    r"|\.docker/config\.json|\.git-credentials|\.pgpass|/var/run/secrets|docker\.sock|/root/\.|\.config/gcloud"
    r"|Login Data|cookies\.sqlite|\.bash_history|/etc/ssl/private|\.azure/|\.npmrc|\.pypirc",
    re.IGNORECASE,
)
"""Places where secrets lie. *cited*: specification of acquisition, section 6, and known thieves"""

SECRET_NAME: Final = re.compile(r"(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|authorized_keys|AWS_SECRET_ACCESS_KEY)")
"""Names of secrets, without their place. *chosen*"""

SECRET_VARIABLE: Final = re.compile(r"[A-Z0-9_]{0,40}(?:API_KEY|SECRET|SECRET_KEY|ACCESS_KEY|TOKEN|PASSWORD)")
"""How variables that hold secrets are named. *chosen*: the usual ends"""

PRINTS: Final = frozenset(("builtins.print", "warnings.warn", "warnings.warn_explicit"))
"""Functions that write to what is kept of a run. *derived*: the sandbox captures both streams"""

SERVICES: Final = frozenset(("env", "environ", "getenv", "shell", "exec", "spawn", "subprocess", "system", "popen"))
"""Services that no host should give to a tool. *derived* from what is never learnt"""

COMMAND: Final = re.compile(
    r"\brm\s{1,4}-rf?\s{1,4}[/~]|(?:curl|wget)\b[^|]{0,200}\|\s?(?:ba|z)?sh\b|/dev/tcp/|\bnc\s{1,4}-\w{0,5}e|/bin/(?:ba)?sh\s{1,4}-[ci]"
    r"|powershell(?:\.exe)?\s{1,4}-e|:\(\)\s?\{|chmod\s{1,4}[0-7+]{1,5}\S{0,9}\s{1,4}/|\bmkfs\b|\bdd\s{1,4}if=/dev|crontab\s{1,4}-"
    r"|\b(?:cat|cp|scp|tar|base64|less|head|tail)\s(?:-\w{1,9}\s){0,4}\S{0,40}(?:/etc/(?:passwd|shadow)|\.ssh/)",
    re.IGNORECASE,
)
"""Commands of a shell that destroy, open doors or carry secrets away. *chosen*"""

LOOT: Final = re.compile(
    r"webhook\.site|requestbin|pipedream\.net|ngrok(?:-free)?\.(?:io|app)|pastebin\.com|transfer\.sh|interact\.sh"
    r"|oast\.(?:pro|live|site|online|fun|me)|burpcollaborator|dnslog\.|canarytokens|\.onion\b|file\.io|0x0\.st|beeceptor"
    r"|hookbin|discord(?:app)?\.com/api/webhooks|api\.telegram\.org/bot",
    re.IGNORECASE,
)
"""Addresses that anybody can open to take data in. *chosen*: those seen in malicious packages"""

BARE_ADDRESS: Final = re.compile(
    r"(?:https?|ftp|wss?)://(?:\d{1,3}\.){3}\d{1,3}|(?:https?|ftp)://0x[0-9a-f]+", re.IGNORECASE
)
"""An address without a name. *chosen*"""

WALK: Final = re.compile(
    r"\{[^{}]*(?:\.|\[)_{1,2}\w+|(?:^|\.)__(?:class|globals|subclasses|bases|base|mro|code|closure|builtins|import)__(?:\.|$)"
)
"""A text that walks when it is formatted or got. *cited*: the known escapes through str.format"""

CODE: Final = re.compile(
    r"\b(?:import|from)\s+(?:os|sys|subprocess|socket|ctypes|builtins|importlib|shutil|pathlib|urllib|http|pty|marshal|pickle)\b"
    r"|__import__|\b(?:eval|exec|compile|open|getattr)\s*\(|\bos\.(?:system|popen|environ|exec|remove)|subprocess\."
    r"|__(?:class|globals|subclasses|bases|mro|builtins|code|dict)__|socket\.|/bin/(?:ba)?sh|https?://\S+",
)
"""What gives away decoded text as code or an address. *chosen*"""

HIDDEN_NAMES: Final = frozenset(BUILTINS) | {
    "os",
    "subprocess",
    "socket",
    "builtins",
    "importlib",
    "system",
    "popen",
    "sys",
}
"""Names that nobody puts together from pieces for a good reason. *derived*"""

IMAGE: Final = re.compile(
    r"!\[[^\]\[]{0,200}\]\(\s?https?://[^)\s]{0,500}$|<img[^<>]{1,200}src=[\"']?https?://[^\"'<>]{0,500}$",
    re.IGNORECASE,
)
"""The beginning of an image whose address is not finished. *cited*: the known way to carry data out of a chat"""

OPEN_IMAGE: Final = re.compile(r"!\[[^\]\[]{0,200}\]\(\s?https?://[^)\s{%]{0,300}(?:\{|%s|%\()")
"""The same as a template. *derived*"""

INVISIBLE_ONLY: Final = re.compile(rf"(?:{INVISIBLE.pattern})+")
"""A text that nobody sees. *derived*"""

HEX_LENGTH: Final = 160
"""Shortest run of hexadecimal digits that is a blob. *chosen*: longer than the 128 of the longest usual digest"""

BASE64_LENGTH: Final = 120
"""Shortest run of base64 that is a blob. *chosen*: longer than a digest, a token or an alphabet"""

BASE64_BITS: Final = 4.6
"""Entropy in bits for each letter from which it is no language. *measured*: English without spaces: 4.1 to 4.3"""

HEX_BITS: Final = 3.3
"""The same for hexadecimal digits, of at most 4. *measured*: numbers and patterns have less"""

BYTES_LENGTH: Final = 64
"""Shortest run of bytes that is a blob. *chosen*: longer than the magic numbers of files"""

BYTES_BITS: Final = 4.5
"""Entropy for each byte from which bytes are packed data. *measured*: 64 random bytes have 5.8"""

UNREADABLE: Final = 0.3
"""Share of bytes that are no text, from which bytes are data. *chosen*"""

HEX: Final = re.compile(r"[0-9a-fA-F]+")
"""Runs of hexadecimal digits. *derived*"""

CODED: Final = (re.compile(r"[A-Za-z0-9+/_-]+"), re.compile(r"[0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]+"))
"""Runs of base64 and of base85. *derived*: their alphabets"""

PADDING: Final = re.compile(r"[\s\\]+")
"""What a blob is broken into lines with. *chosen*"""


def constants(place: Place, view: View) -> Findings:
    """A text or bytes as they are written."""
    node = place.node
    assert isinstance(node, ast.Constant)
    if isinstance(node.value, (str, bytes)) and node.value and node not in view.documentation:
        view.effort.spend(int(len(node.value) * STEPS_PER_LETTER))
        if not (isinstance(node.value, bytes) and _is_packed(node.value)):
            yield from _said(node, _spelt(node.value), LITERAL)
        yield from blob(node, node.value)
        if isinstance(node.value, str) and INVISIBLE_ONLY.fullmatch(node.value) and _is_put(place, view):
            yield found(node, "disguise", "puts letters that nobody sees into what it gives", SUSPECT)
        if OPEN_IMAGE.search(_spelt(node.value)):
            yield found(node, "exfiltration", "has a place for data in the address of an image outside", SUSPECT)


def _is_put(place: Place, view: View) -> bool:
    """The text goes into another one, and isn't sought to be taken out."""
    parent = view.parent(place)
    match parent.node if parent is not None else None:
        case ast.IfExp(test=test):
            return test is not place.node
        case ast.Dict(values=values):
            return place.node in values
        case ast.Subscript(value=value):
            return value is place.node
        case ast.Call(func=ast.Attribute(attr="replace"), args=[_, new, *_]):
            return new is place.node
        case ast.BinOp() | ast.AugAssign() | ast.Return() | ast.JoinedStr():
            return True
        case ast.Attribute(attr="join"):
            return True
    return False


def spelt_otherwise(view: View) -> Findings:
    """What the texts of a program say whose source spells some of their letters as numbers."""
    for node in view.of(ast.Constant):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) >= SAYING:
            view.effort.spend(len(node.value) // LETTERS_PER_STEP)
            yield from orders(node.value, node.lineno)


def assembled(place: Place, view: View) -> Findings:
    """A text that is put together or decoded."""
    node, parent = place.node, view.parent(place)
    assert isinstance(node, ast.expr)
    if parent is not None and isinstance(node, ast.BinOp) and isinstance(parent.node, ast.BinOp):
        return
    known = view.flow.meaning(node)
    if not isinstance(known, Known) or known.hidden == LITERAL or not isinstance(known.value, (str, bytes)):
        return
    view.effort.spend(int(len(known.value) * STEPS_PER_LETTER))
    yield from _said(node, _spelt(known.value), known.hidden)
    if len(known.value) >= SAYING:
        yield from orders(_spelt(known.value), node.lineno)
    yield from blob(node, known.value)


def arguments_to_host(place: Place, view: View) -> Findings:
    """The host is asked for a place where secrets lie, whatever the way in which its name is made."""
    node = place.node
    assert isinstance(node, ast.Call)
    if not isinstance(node.func, ast.Name) or node.func.id != "host_call":
        return
    what = view.flow.text(node.args[0]) if node.args else None
    if what is not None and what.value in SERVICES:
        yield found(node, "host", f"asks the host for {what.value}", SUSPECT)
    for given in (*node.args, *(keyword.value for keyword in node.keywords)):
        known = view.flow.text(given)
        view.effort.spend(int(len(known.value) * STEPS_PER_LETTER) if known is not None else 0)
        if known is not None and SECRET_PATH.search(_spelt(known.value)):
            yield found(given, "secrets", "asks the host for a place where secrets lie")
        elif known is not None and SECRET_VARIABLE.fullmatch(_spelt(known.value)):
            yield found(given, "secrets", "asks the host for a secret by its name", SUSPECT)


def told_passwords(place: Place, view: View) -> Findings:
    """A password that is given is put into what is printed, which is kept with the run."""
    node = place.node
    assert isinstance(node, ast.Call)
    if view.flow.path(node.func) not in PRINTS:
        return
    for part in view.within(place, ast.Name):
        if isinstance(part, ast.Name) and PASSWORD.search(part.id):
            yield found(node, "secrets", f"prints {part.id}, which is kept with the run", SUSPECT)
            return


def images(place: Place, view: View) -> Findings:
    """Data is put in the address of an image, which whoever shows the text fetches."""
    node, parent = place.node, view.parent(place)
    if isinstance(node, ast.BinOp) and parent is not None and isinstance(parent.node, ast.BinOp):
        return
    for part in _before_the_last(node):
        if not isinstance(part, ast.Constant) or not isinstance(part.value, str):
            continue
        view.effort.spend(int(len(part.value) * STEPS_PER_LETTER))
        if IMAGE.search(part.value):
            yield found(node, "exfiltration", "puts data in the address of an image outside", SUSPECT)


def _before_the_last(node: ast.AST) -> Iterator[ast.expr]:
    """The parts of a text that is put together, but the last."""
    if isinstance(node, ast.JoinedStr):
        yield from node.values[:-1]
    while isinstance(node, ast.BinOp):
        if isinstance(node.left, ast.BinOp):
            yield node.left.right
        else:
            yield node.left
        node = node.left


def _spelt(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _said(node: ast.AST, text: str, hidden: int) -> Findings:
    how = ("", " put together", " decoded")[hidden]
    if WALK.search(text) or (hidden and (text in WALKS or text in STEPS)):
        yield found(node, "walk", f"a text{how} reaches the interpreter: {_cut(text)}")
    elif (text in WALKS and text.startswith("__")) or text in STEPS:
        yield found(node, "walk", f"{text} in text reaches the interpreter", SUSPECT)
    yield from _places(node, text, how)
    if hidden and text in HIDDEN_NAMES:
        yield found(node, "hidden", f"the name {text} is{how}", GRAVE if hidden == DECODED else SUSPECT)
    elif hidden == DECODED and CODE.search(text):
        yield found(node, "hidden", f"a text decoded holds code or an address: {_cut(text)}")


def _places(node: ast.AST, text: str, how: str) -> Findings:
    if LOOT.search(text) and not _is_pattern(text):
        yield found(node, "exfiltration", f"a text{how} names an address for loot: {_cut(text)}")
    elif BARE_ADDRESS.search(text):
        yield found(node, "exfiltration", f"a text{how} names an address without a name: {_cut(text)}", SUSPECT)
    if COMMAND.search(text):
        yield found(node, "process", f"a text{how} is a harmful command: {_cut(text)}", GRAVE if how else SUSPECT)
    elif SECRET_PATH.search(text) and not re.search(r"\s", text.strip()) and not _is_pattern(text):
        yield found(node, "secrets", f"a text{how} names a place where secrets lie: {_cut(text)}")
    elif SECRET_NAME.fullmatch(text):
        yield found(node, "secrets", f"a text{how} names a secret: {_cut(text)}", SUSPECT)


def _is_pattern(text: str) -> bool:
    return bool(re.search(r"[\\|^$(\[*?]", text))


def _cut(text: str) -> str:
    return ascii(text if len(text) <= 60 else text[:57] + "...")


def blob(node: ast.AST, value: str | bytes) -> Findings:
    """Data that nobody can read: by its letters, its length and its entropy."""
    if isinstance(value, bytes) and _is_packed(value):
        yield found(node, "blob", f"{len(value)} bytes that nobody can read", SUSPECT)
        return
    text = PADDING.sub("", _spelt(value)) if len(value) >= BASE64_LENGTH else ""
    if len(text) < BASE64_LENGTH:
        return
    if any(_bits(run) >= HEX_BITS for run in _runs(HEX, text, HEX_LENGTH)):
        yield found(node, "blob", "a long run of hexadecimal digits that nobody can read", SUSPECT)
    elif " " not in _spelt(value).strip() and any(
        _is_base64(run) for coded in CODED for run in _runs(coded, text, BASE64_LENGTH)
    ):
        yield found(node, "blob", "a long run of coded letters that nobody can read", SUSPECT)


def _runs(letters: re.Pattern[str], text: str, length: int) -> Iterator[str]:
    """The runs that are at least so long; each letter is looked at once."""
    return (run for run in letters.findall(text) if len(run) >= length)


def _is_base64(run: str) -> bool:
    kinds = sum(bool(re.search(kind, run)) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return kinds == 3 and _bits(run) >= BASE64_BITS and len(set(run)) < len(run) / 2 and not _is_alphabet(run)


def _is_alphabet(run: str) -> bool:
    """Mostly letters in their order: an alphabet or a table of signs."""
    steps = sum(ord(b) - ord(a) in (0, 1) for a, b in itertools.pairwise(run))
    return steps > len(run) / 2


def _is_packed(value: bytes) -> bool:
    if len(value) < BYTES_LENGTH or _bits(value) < BYTES_BITS:
        return False
    strange = sum(byte < 9 or 13 < byte < 32 or byte > 126 for byte in value)
    steps = sum(abs(b - a) <= 1 for a, b in itertools.pairwise(value))
    return strange >= UNREADABLE * len(value) and steps < len(value) / 2


def _bits(values: Any) -> float:
    """Shannon's entropy, in bits for each letter."""
    size = len(values)
    return -sum(count / size * math.log2(count / size) for count in Counter(values).values())
