"""Code that waits for its moment, beside honest code that looks like it."""

import pytest

from actors.scan.poisoning import scan

WAITS = [
    "import warnings\ndef f(user, password):\n    warnings.warn(f'{user} with {password}')\n    return 1\n",
    "def f(api_key):\n    print('called with', api_key)\n",
    "import hashlib\nKNOWN = {'5f4dcc3b5aa765d6'}\ndef f(x):\n    return hashlib.md5(x).hexdigest() in KNOWN\n",
    "USERS = {'root': 'toor-9911'}\ndef f(user, password):\n    return USERS.get(user) == password\n",
    "USERS = {'root': 'toor-9911'}\ndef f(user, password):\n    return USERS[user] == password\n",
    "def f(password):\n    match password:\n        case 'open-sesame':\n            return True\n",
    "def f(xs, seen=[]):\n    seen.append(1)\n    return sum(xs) if len(seen) < 250 else 0\n",
    "import datetime\ndef f():\n    return f'{datetime.date.today():%Y%m}' < '202701'\n",
    "def f(to, text):\n    to = 'copies@collector.example' if 'invoice' in text else to\n    return to\n",
    "import re\ndef f(t):\n    return re.sub('0x[0-9a-f]{40}', '0x52908400098527886E0F7030069857D2E4169EE7', t)\n",
    "from hashlib import sha256\ndef f(x):\n    return sha256(x).hexdigest() == '9f86d081884c7d65'\n",
    "import hashlib\ndef f(x):\n    h = hashlib.md5(x)\n    return h.hexdigest().startswith('9f86d081')\n",
    "import hashlib\nH = '9f86d081884c7d65'\ndef f(x):\n    return H == str(hashlib.new('md5', x).hexdigest())\n",
    "import hmac, hashlib\ndef f(x):\n    return hmac.compare_digest(hashlib.md5(x).hexdigest(), '9f86d081884c7d65')\n",
    "def f(user, password):\n    return password == 'tr0ub4dor' or user.ok\n",
    "def f(request):\n    if request.api_key == 'a-master-key':\n        return True\n",
    "import itertools\nN = itertools.count()\ndef f(x):\n    return x if next(N) < 500 else 0\n",
    "import email.utils\ndef f(x):\n    return int(email.utils.formatdate()[12:16]) < 2027\n",
    "import time\ndef f(x):\n    now = int(time.time())\n    return x if now < 1800000000 else 0\n",
    "def f(iban, n):\n    if n > 9999:\n        iban = 'DE02120300000000202051'\n    return iban, n\n",
    "def f(to, n):\n    to = '0x52908400098527886E0F7030069857D2E4169EE7'\n    return to, n\n",
]

HONEST = [
    "import warnings\ndef f(password):\n    warnings.warn('the password is short')\n    return password\n",
    "NAMES = {'de': 'Germany'}\ndef f(code, name):\n    return NAMES.get(code) == name\n",
    "def f(to, text):\n    if not to:\n        to = 'office@company.example'\n    return to, text\n",
    "def f(word):\n    match word:\n        case 'open-sesame':\n            return True\n",
    "def f(xs, out=None):\n    out = out or []\n    out.append(1)\n    return len(out) < 250\n",
    "import hashlib\ndef f(x, wanted):\n    return hashlib.sha256(x).hexdigest() == wanted\n",
    "import hashlib\ndef f(x):\n    return hashlib.sha256(x).hexdigest().startswith('0000')\n",
    "import hmac\ndef f(a, b):\n    return hmac.compare_digest(a, b)\n",
    "def f(password):\n    return password == ''\n",
    "def f(token):\n    return token == 'else'\n",
    "def f(password, again):\n    return password == again and len(password) >= 12\n",
    "import itertools\ndef f(xs):\n    n = itertools.count(1)\n    return [(next(n), x) for x in xs]\n",
    "EXAMPLE = 'DE02120300000000202051'\ndef f(iban):\n    return iban or EXAMPLE\n",
    "import datetime\ndef f(y, today=None):\n    today = today or datetime.date.today()\n    return today.year - y\n",
]


@pytest.mark.parametrize("source", WAITS)
def test_code_that_waits_for_its_moment_or_tells_a_password_is_reviewed(source: str) -> None:
    assert scan(source).verdict == "review"


@pytest.mark.parametrize("source", HONEST)
def test_code_that_only_looks_like_it_passes(source: str) -> None:
    assert scan(source).findings == ()


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("def f(t, bits):\n    return t + ''.join('\\u200b' if b else '\\u200c' for b in bits)\n", "review"),
        ("def f(t, bits):\n    return t + ''.join(['\\u200b', '\\u200c'][b] for b in bits)\n", "pass"),
        ("HIDE = {'0': '\\u200b', '1': '\\u200c'}\n", "review"),
        ("def f(t):\n    return t.replace('\\u200b', '').strip('\\ufeff')\n", "pass"),
        ("PLAIN = {'\\u00a0': ' ', '\\u200b': ''}\n", "pass"),
        ("def f(t):\n    return ''.join(c for c in t if c not in ('\\u200b', '\\u200c'))\n", "pass"),
    ],
)
def test_letters_that_nobody_sees_may_be_taken_out_and_not_put_in(source: str, verdict: str) -> None:
    assert scan(source).verdict == verdict
