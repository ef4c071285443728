"""Mining on a real council: calls that were made, an order to look, and what the catalogue holds after it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from messages.cognition import mining
from tests.live.driving import Drive, driven
from tests.live.test_cli_autonomy import called, data

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def drive(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Drive]:
    async with driven(tmp_path_factory.mktemp("mines"), "actors.roster:ROSTER") as council:
        yield council


async def test_a_new_council_has_an_empty_catalogue_and_nothing_to_look_at(drive: Drive) -> None:
    assert await data(drive, "mine", "ls") == {
        "patterns": [],
        "chains": [],
        "told": {},
        "searches": 0,
        "deeds": 0,
        "searching": False,
    }
    refused = await called(drive, "mine", "search", "--reason", "a look")
    assert refused.returncode != 0
    assert "nothing was done yet" in refused.stderr
    assert (await data(drive, "mine"))["events"] == 0


async def test_an_order_has_the_log_looked_at_beside_the_loop(drive: Drive) -> None:
    tasks = {f"r{number}": {"tool": f"none{number % 2}", "args": [number]} for number in range(6)}
    await drive.publish_all("run", tasks)
    await drive.all_ended(tasks)
    assert (await called(drive, "mine", "search", "--reason", "a look")).returncode == 0
    await drive.log.until(lambda: bool(drive.log.said(mining.Mined)), "the search is answered")
    assert drive.log.said(mining.Mined)[0].reason == ""
    found = await data(drive, "mine", "ls")
    assert found["searches"] == 1
    assert found["deeds"] >= len(tasks)
    assert (await data(drive, "mine"))["events"] >= len(tasks)
    missing = await called(drive, "mine", "show", "p-none")
    assert missing.returncode == 3
