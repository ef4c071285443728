"""Policy: what must never be learnt, by name and by what the code does."""

import pytest

from actors.scan import FORBIDDEN, findings, forbidden_name, objection

ESCAPES = [
    "import os",
    "import os.path as p",
    "from os import environ as e",
    "import subprocess",
    "import socket",
    "import urllib.request",
    "from urllib import request",
    "import importlib",
    "import ctypes",
    "from pathlib import Path",
    "x = eval('1')",
    "exec('x = 1')",
    "x = compile('1', '', 'eval')",
    "x = __import__('o' + 's')",
    "x = open('/etc/passwd')",
    "f = open",
    "x = ().__class__.__bases__[0].__subclasses__()",
    "x = (lambda: 0).__globals__",
    "x = getattr(str, 'for' + 'mat')",
    "x = getattr(str, '__class__')",
    "x = '{0.__class__.__init__.__globals__}'.format(1)",
    "import random\nx = random._os",
    "import shlex\nx = shlex.sys",
    "from operator import attrgetter",
    "x = __builtins__",
    "x = (i for i in ()).gi_frame.f_back",
]

HARMLESS = [
    "import re, datetime, json, urllib.parse, html",
    "def f(text):\n    return re.compile('a').sub('', text)\n",
    "def f(input):\n    return input.strip()\n",
    "def f(record):\n    return getattr(record, 'name')\n",
    "def f(x):\n    return x.signal + x.code\n",
    "class A:\n    def __init__(self):\n        self.x = 1\n",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_code_that_reaches_beyond_computing_is_found(source: str) -> None:
    assert findings(source)


@pytest.mark.parametrize("source", HARMLESS)
def test_code_that_only_computes_is_not_found_fault_with(source: str) -> None:
    assert findings(source) == ()


def test_findings_name_the_lines() -> None:
    said = objection("greet", "x = 1\nimport os\n\n\ndef f():\n    return eval('1')\n")
    assert said is not None
    assert "line 2: import os" in said
    assert "line 6: eval" in said


@pytest.mark.parametrize("name", FORBIDDEN)
def test_forbidden_tools_are_known_by_their_names(name: str) -> None:
    assert forbidden_name(name) == name


def test_a_forbidden_tool_is_known_with_its_words_turned_and_more_around_them() -> None:
    assert forbidden_name("do_packages_install_now") == "install_packages"


@pytest.mark.parametrize("name", ["slug", "scan_text", "network_mask", "install_date"])
def test_other_names_are_free(name: str) -> None:
    assert forbidden_name(name) is None


def test_source_that_is_no_python_is_left_to_the_sandbox() -> None:
    assert objection("slug", "def f(:\n") is None


@pytest.mark.parametrize("source", ["x = 1\x00", "-" * 100_000 + "1", "(" * 10_000])
def test_source_that_breaks_the_parser_harms_nobody(source: str) -> None:
    assert findings(source) is not None


def test_the_number_of_findings_is_bounded() -> None:
    assert len(findings("\n".join(["import os"] * 1_000))) == 20
