"""Under which name this installation is known to the package manager, and its version."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final

DISTRIBUTION: Final = "kurultai-council"
"""The distribution; the command and the council keep the name `kurultai`. *chosen*: that one is taken by strangers"""


def number() -> str:
    """The version of this installation."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "0.0.0+source"


def with_extra(extra: str) -> str:
    """How the packages of an extra are installed, from the source tree or from a wheel, since no index has us."""
    wheel = f"kurultai_council-VERSION-py3-none-any.whl[{extra}]"
    return f"pip install '.[{extra}]' in the source tree, or pip install './{wheel}'"
