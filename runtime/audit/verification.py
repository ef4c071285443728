"""Record by record, whether the log is as it was signed; what is not is named."""

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from functools import reduce
from typing import Final

from bus.headers import UNREADABLE
from messages.kernel.audit import Checkpoint
from runtime.audit.chain import PLACED, SHORT_BYTES, Record, genesis, leaf_of, link, micros_of
from runtime.audit.checkpoint import checkpoint_in, is_checkpoint, is_signed
from runtime.audit.fence import FenceProof
from runtime.audit.form import rfc3339
from runtime.audit.freshness import Anchor, Demand
from runtime.audit.report import Finding, Report, Verdict
from runtime.errors import Malformed

MOST: Final = 1_000
"""Findings that a report names; all are counted. *chosen*"""
_HEX: Final = 2 * SHORT_BYTES
"""Length of a truncated leaf in a checkpoint. *derived*"""


class Verification:
    """Takes the records in log order; holds no more than the leaves that no checkpoint has covered yet."""

    def __init__(
        self, council: str, keys: Collection[str], *, pinned: bool = True, demand: Demand | None = None
    ) -> None:
        self.newest = 0
        """The last record taken."""
        self._council = council
        self._keys = tuple(keys)
        self._pinned = pinned
        self._head = genesis(council)
        self._covered = 0
        self._covered_at = 0
        """In microseconds, as all times here."""
        self._leaves: deque[tuple[int, bytes, int]] = deque()
        self._running = self._head
        """The head after all records taken, covered or not."""
        self._demand = demand or Demand()
        self._anchors: dict[int, list[Anchor]] = {}
        for anchor in self._demand.anchors:
            self._anchors.setdefault(anchor.seq, []).append(anchor)
        self._records = 0
        self._unreadable = 0
        self._checkpoints = 0
        self._seals: list[str] = []
        self._sealed = False
        self._findings: list[Finding] = []
        self._found = 0
        self._first_bad: Finding | None = None
        self._fence = FenceProof(council)
        for fault in self._demand.faults:
            self.find(0, fault)

    def take(self, record: Record, line: int | None = None) -> None:
        """The next record is hashed, and held against its checkpoint once that has come."""
        seq, wanted = record.seq, self.newest + 1
        self._records += 1
        if seq < wanted:
            self.find(seq, f"stands a second time or out of its place, after record {self.newest}", line)
            return
        if seq > wanted:
            self.find(wanted, f"is missing or out of its place: record {seq} stands where it should", line)
        self.newest = seq
        leaf = leaf_of(record)
        self._leaves.append((seq, leaf, micros_of(record)))
        self._running = link(self._running, leaf)
        self._hold(self._anchors.pop(seq, ()), line)
        self._unreadable += UNREADABLE in record.headers
        if not record.subject.startswith(f"{self._council}."):
            self.find(seq, f"its subject {record.subject!r} is not of the council {self._council}", line)
        if not PLACED.isdisjoint(record.headers):
            self.find(seq, "has a header that no record on the log has", line)
        self._fence.take(record)
        if is_checkpoint(record):
            self._meet(record, line)

    def seal(self, checkpoints: Sequence[Checkpoint], nonce: str | None, line: int | None = None) -> None:
        """The checkpoints are held against all records taken; the last must answer the nonce and cover every one."""
        end = self.newest + 1
        for checkpoint in checkpoints:
            if not self._signed(checkpoint):
                self.find(end, "the seal is not signed by the key", line)
                return
            if checkpoint.last > self.newest:
                self.find(end, f"the seal covers the log through {checkpoint.last}", line)
            self._cover(checkpoint, end, line)
        answered = checkpoints[-1].nonce
        if nonce is None or answered != nonce:
            self.find(end, f"the seal answers {answered}, not {nonce}: something may have been cut off", line)
        elif checkpoints[-1].last < self.newest:
            self.find(checkpoints[-1].last + 1, f"the seal covers the log through {checkpoints[-1].last} alone", line)
        else:
            self._sealed = self._covered == self.newest

    def find(self, seq: int, what: str, line: int | None = None) -> None:
        """Something is wrong at this place of the log."""
        finding = Finding(seq, what, line)
        self._found += 1
        if len(self._findings) < MOST:
            self._findings.append(finding)
        if self._first_bad is None or seq < self._first_bad.seq:
            self._first_bad = finding

    def finish(self) -> Report:
        """What was found in all that was taken, and whether it is as new as was demanded."""
        self._demand_newness()
        fence = self._fence.finish()
        sound = not self._found and self._sealed and fence.holds
        verdict: Verdict = "bad" if not sound else "good" if self._pinned else "consistent"
        return Report(
            council=self._council,
            records=self._records,
            checkpoints=self._checkpoints,
            sealed_through=self._covered,
            proved_at=rfc3339(self._covered_at) if self._covered else None,
            head=self._head.hex(),
            unsealed=max(0, self.newest - self._covered),
            seals=tuple(self._seals),
            sealed=self._sealed,
            fresh=self._demand.told if sound else (),
            keys=self._keys,
            pinned=self._pinned,
            first_bad=self._first_bad,
            findings=tuple(self._findings),
            found=self._found,
            fence=fence,
            verdict=verdict,
            unreadable=self._unreadable,
        )

    def _hold(self, anchors: Sequence[Anchor], line: int | None) -> None:
        """The log through this record is the one that was known elsewhere; once it is not, later ones tell no more."""
        for anchor in anchors:
            if anchor.head != self._running.hex():
                was = "another history stood on the log: it was rewritten, or set back and continued"
                self.find(anchor.seq, f"does not continue {anchor.source}, by which {was}", line)
                self._anchors.clear()
                return

    def _demand_newness(self) -> None:
        """What is demanded and not reached is a finding."""
        reached, demand = self._covered, self._demand
        if self._anchors:
            anchor = self._anchors[max(self._anchors)][0]
            told = f"is missing: {anchor.source} covers the log through {anchor.seq}"
            self.find(min(anchor.seq, self.newest + 1), f"{told}, so it was cut off, or set back, or is of before")
        if reached < demand.not_before_seq:
            self.find(reached + 1, f"is not proved, and record {demand.not_before_seq} was to be")
        if demand.not_before_at is not None and self._covered_at < round(demand.not_before_at * 1e6):
            wanted = rfc3339(round(demand.not_before_at * 1e6))
            last = rfc3339(self._covered_at)
            self.find(reached + 1, f"is not proved: the last proved record is of {last}, before {wanted}")
        answered = self._sealed and self._seals[-1:] == [demand.nonce]
        if demand.nonce is not None and not answered and not self._found:
            self.find(self.newest + 1, f"the log is not sealed with the nonce {demand.nonce}")

    def _meet(self, record: Record, line: int | None) -> None:
        try:
            checkpoint = checkpoint_in(record)
        except Malformed as error:
            self.find(record.seq, f"the checkpoint can't be read: {error}", line)
            return
        if not self._signed(checkpoint):
            through = f"{checkpoint.first} to {checkpoint.last}"
            self.find(record.seq, f"the checkpoint over {through} is not signed by the key", line)
            return
        if checkpoint.last >= record.seq:
            self.find(record.seq, f"the checkpoint speaks of record {checkpoint.last}, so it stood later once", line)
        self._cover(checkpoint, record.seq, line)

    def _signed(self, checkpoint: Checkpoint) -> bool:
        return any(is_signed(checkpoint, key) for key in self._keys)

    def _cover(self, checkpoint: Checkpoint, at: int, line: int | None) -> None:
        """Each record under the signed checkpoint is as it was when the scribe heard it, or it is named.

        What is covered already is not held against it again: after a crash the scribe may say more than it need.
        """
        first, last = checkpoint.first, checkpoint.last
        if _places(checkpoint) * _HEX != len(checkpoint.leaves):
            self.find(at, f"the checkpoint over {first} to {last} contradicts itself", line)
            return
        if checkpoint.nonce is not None:
            self._seals.append(checkpoint.nonce)
        self._checkpoints += 1
        if last <= self._covered:
            return
        for begin, end in checkpoint.missing:
            self.find(begin, f"records {begin} to {end} were missing already when the scribe read the log", line)
        leaves = self._taken_through(last)
        alike = self._compare(checkpoint, {seq: leaf for seq, leaf in leaves.items() if seq >= first})
        if alike and reduce(link, leaves.values(), self._head).hex() != checkpoint.head:
            among = f"{self._covered + 1} to {first - 1 if first > self._covered + 1 else last}"
            self.find(self._covered + 1, f"among the records {among} is one that is not as it was chained", line)
        self._covered, self._head = last, bytes.fromhex(checkpoint.head)

    def _taken_through(self, last: int) -> dict[int, bytes]:
        """The leaves of the records taken and not covered yet, up to `last`; they are let go."""
        leaves: dict[int, bytes] = {}
        while self._leaves and self._leaves[0][0] <= last:
            seq, leaf, self._covered_at = self._leaves.popleft()
            leaves[seq] = leaf
        return leaves

    def _compare(self, checkpoint: Checkpoint, leaves: dict[int, bytes]) -> bool:
        """Whether there is a record in each place that was signed, and it is the one; what differs is named."""
        signed = {seq: leaf for seq, leaf in _leaves_in(checkpoint) if seq > self._covered}
        for seq, leaf in leaves.items():
            if seq not in signed:
                self.find(seq, "was not on the log when it was signed")
            elif leaf[:SHORT_BYTES].hex() != signed[seq]:
                self.find(seq, "is not the record that was signed")
        return {seq: leaf[:SHORT_BYTES].hex() for seq, leaf in leaves.items()} == signed


def _places(checkpoint: Checkpoint) -> int:
    """How many leaves the checkpoint must have."""
    return checkpoint.last - checkpoint.first + 1 - sum(last - first + 1 for first, last in checkpoint.missing)


def _leaves_in(checkpoint: Checkpoint) -> Iterator[tuple[int, str]]:
    """The truncated leaves that were signed, with their places."""
    seq, leaves = checkpoint.first, checkpoint.leaves
    skips = dict(checkpoint.missing)
    for index in range(0, len(leaves), _HEX):
        seq = skips.get(seq, seq - 1) + 1
        yield seq, leaves[index : index + _HEX]
        seq += 1
