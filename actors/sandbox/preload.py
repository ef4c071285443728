"""The modules that every child finds in memory; there is no other way to import one."""

from typing import Final

DEFAULT_PRELOAD: Final = (
    *("abc", "array", "ast", "base64", "binascii", "bisect", "calendar", "cmath", "collections", "collections.abc"),
    *("colorsys", "contextlib", "copy", "csv", "dataclasses", "datetime", "decimal", "difflib", "enum", "fnmatch"),
    *("fractions", "functools", "graphlib", "hashlib", "heapq", "hmac", "html", "html.parser", "io", "ipaddress"),
    *("itertools", "json", "keyword", "locale", "math", "numbers", "operator", "pprint", "queue", "random", "re"),
    *("secrets", "shlex", "statistics", "string", "struct", "textwrap", "time", "tomllib", "traceback", "types"),
    *("typing", "unicodedata", "urllib.parse", "uuid", "warnings", "weakref", "zlib"),
    *("_strptime", "linecache", "stringprep"),
)
"""The standard library's computing half, and what it imports late.

*Chosen*: nothing that only makes sense with files, processes or a network."""

FILES_PRELOAD: Final = ("bz2", "filecmp", "glob", "gzip", "lzma", "pathlib", "shutil", "tarfile", "tempfile", "zipfile")
"""What the profile with files finds besides: no native code can be loaded later.

*Chosen*: what works on files of a program's own."""

SEARCH: Final = "actors.sandbox.searching"
"""The module whose function `search` looks for compositions, inside the jail. *derived*"""

SUITES: Final = "actors.sandbox.suites"
"""The module that runs a tool's tests, inside the jail. *derived*"""
