"""Verification of the log's wholeness, offline, from an export or any source of records."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from runtime.audit.chain import Record
from runtime.audit.form import FORMAT, Header, ending_in, header_in, record_in
from runtime.audit.freshness import Anchor, Demand
from runtime.audit.heads import Unusable, anchors_in
from runtime.audit.report import Report
from runtime.audit.verification import Verification

LONGEST_LINE_BYTES: Final = 16 << 20
"""No line of an export is longer. *derived*: a record of 1 MB, its bytes escaped, and headers as large"""

ANYTHING: Final = Demand()
"""Nothing is demanded. *derived*"""


def verify_records(records: Iterable[Record], council: str, keys: Collection[str]) -> Report:
    """What the records, from the log's first on, prove under these public keys."""
    verification = Verification(council, keys)
    for record in records:
        verification.take(record)
    return verification.finish()


def verify_export(path: Path, keys: Collection[str] = (), demand: Demand = ANYTHING) -> Report:
    """What the export proves; `keys` pins the scribe's public keys, `demand` is what it must be at least."""
    with open(path, "rb") as file:
        try:
            header = header_in(file.readline(LONGEST_LINE_BYTES))
        except (ValueError, RecursionError) as error:
            verification = Verification("", keys, pinned=bool(keys))
            verification.find(0, f"the header can't be read: {error}", 1)
            return verification.finish()
        against = keys or (header.key,)
        demand = resolved(demand, against)
        verification = Verification(header.council, against, pinned=bool(keys), demand=demand)
        _check_header(verification, header, keys, demand.nonce)
        _take_lines(verification, header, file)
    return verification.finish()


def resolved(demand: Demand, keys: Collection[str]) -> Demand:
    """The demand with the heads that its files hold, or with what is wrong with them."""
    anchors, faults = list(demand.anchors), list(demand.faults)
    for source, read in ((demand.previous, _end_of), (demand.heads, anchors_in)):
        if source is not None:
            try:
                anchors += read(source, keys)
            except (Unusable, OSError) as error:
                faults.append(str(error))
    return msgspec.structs.replace(demand, anchors=tuple(anchors), faults=tuple(faults))


def _end_of(path: Path, keys: Collection[str]) -> tuple[Anchor, ...]:
    """The head with which an earlier export ends; raises Unusable or OSError."""
    report = verify_export(path, keys)
    if not (report.whole and report.sealed):
        what = report.first_bad.what if report.first_bad is not None else "it is not sealed"
        raise Unusable(f"the earlier export {path} proves nothing: {what}")
    return (Anchor(report.sealed_through, report.head, f"the export {path}"),)


def _check_header(verification: Verification, header: Header, keys: Collection[str], nonce: str | None) -> None:
    if header.format != FORMAT:
        verification.find(0, f"the form is {header.format!r}; this verifies {FORMAT!r}", 1)
    if keys and header.key not in keys:
        verification.find(0, f"the export names the foreign key {header.key}", 1)
    if nonce is not None and header.nonce != nonce:
        verification.find(0, f"the export promises the seal {header.nonce}, not {nonce}", 1)
    if header.first != 1:
        verification.find(0, f"the export begins at {header.first}; a log is proved from its first record on", 1)


def _take_lines(verification: Verification, header: Header, file: BinaryIO) -> None:
    """Every line is taken; the last is the seal, if the header promises one."""
    line, ended = 1, False
    while raw := file.readline(LONGEST_LINE_BYTES):
        line += 1
        if ended:
            verification.find(verification.newest + 1, "something stands after the seal", line)
            break
        try:
            ending = ending_in(raw)
            if ending is None:
                verification.take(record_in(raw), line)
            else:
                ended = True
                _check_length(verification, header, line)
                verification.seal(ending.seal, header.nonce, line)
        except (ValueError, RecursionError) as error:
            verification.find(verification.newest + 1, f"the line can't be read: {error}", line)
    if not ended:
        _check_length(verification, header, line)
        if header.nonce is not None:
            verification.find(verification.newest + 1, f"unsealed: the promised seal {header.nonce} is missing", line)


def _check_length(verification: Verification, header: Header, line: int) -> None:
    if header.last != verification.newest:
        at = min(header.last, verification.newest) + 1
        verification.find(at, f"the export promises the records through {header.last}", line)
