"""Whatever befalls the scribe and the council, an honest log verifies, and its freezes are proved."""

import asyncio
import io
import logging
import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import structlog

from actors.gate.scribe import Scribe, Settings
from bus.log import Draft
from messages.kernel.audit import Checkpoint, Seal
from runtime.audit.checkpoint import Signer
from runtime.audit.export import answer, export
from runtime.audit.freshness import Demand
from runtime.audit.report import Report
from runtime.audit.verify import verify_export
from runtime.envelope import draft
from runtime.roster import Child
from runtime.testing import STORM, Universe, run
from tests.flows.council import Book, Clerk, Doer, Guard, Planner
from tests.flows.story import freeze_and_thaw, publish_some, universe_of
from tests.runtime.audit.audit_logs import streamed


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


SEEDS = 120
BLOCK = 20
FAULTS = msgspec.structs.replace(
    STORM, partition_every_s=1.0, pause_every_s=0.7, crash_every_s=0.8, restart_every_s=5.0, away_s=(0.01, 0.6)
)
"""Each run of some seconds meets each kind of accident, and the scribe dies more than once. *chosen*"""


class Veto(Guard):
    """The guard under the name that control records must come from."""


async def sealed_after_a_storm(seed: int, folder: Path) -> tuple[Report, Universe]:
    """The report on the export of a council that a storm went over."""
    dice, path = random.Random(seed), folder / f"{seed}.jsonl"
    key, every = folder / f"{seed}.nk", dice.choice((1, 4, 16, 64))
    scribe = Child(Scribe, Settings(key=str(key), every=every, after_s=dice.choice((0.05, 0.5, 5.0))))
    council = (Clerk, Planner, Doer, Book, Veto, scribe)
    async with universe_of(seed, council, FAULTS, snapshots=bool(seed % 2)) as universe:  # type: ignore[arg-type]
        await asyncio.gather(
            publish_some(universe, dice, 8, over_s=1.5), freeze_and_thaw(universe, dice, 2, every_s=0.3)
        )
        order = await ask_for_a_seal(universe)
        await asyncio.sleep(dice.uniform(0.0, 5.0))
        # A long log is never read in one piece while deliveries are lost: the seal comes in the storm or after it.
        await universe.calm()
        await universe.until(lambda: any(each.nonce == "n-1" for each in universe.said(Checkpoint)), 600)
        await universe.settled()
    seal = await answer(streamed(universe.records[order - 1 :]), "n-1")
    out, public = io.BytesIO(), Signer(key).public
    await export(out, streamed(universe.records), names=universe.names, key=public, seal=seal, now=0.0)
    path.write_bytes(out.getvalue())
    return verify_export(path, keys=(public,), demand=Demand(nonce="n-1")), universe


async def ask_for_a_seal(universe: Universe) -> int:
    """The auditor's order for a seal stands on the log, at the returned place."""
    made: Draft = draft(universe.names, "auditor", Seal(nonce="n-1"), identity="seal", origin=None, at=0.0, cursor=None)
    await universe.log.there()
    return universe.log.commit(universe.log.grants["auditor"], (made,), None)


@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
def test_an_honest_log_verifies_after_any_storm(first: int, tmp_path: Path) -> None:
    effects = 0
    for seed in range(first, first + BLOCK):
        report, universe = run(sealed_after_a_storm(seed, tmp_path))
        assert report.good, (seed, report.first_bad, report.findings[:5], report.fence.faults, report.fence.violations)
        assert report.sealed_through == report.records
        assert (report.fence.freezes, report.fence.thaws) == (2, 2)
        effects += len(universe.records)
    assert effects > 20 * BLOCK
