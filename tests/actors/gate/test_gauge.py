"""The gauge: what it reads is measured, and what it can't read is named and never nothing."""

import asyncio
import os
import sys
import time
from typing import Any

import pytest
import structlog

from actors.gate.gauge import Gauge
from bus.log import Survey
from messages.autonomy.foundation import Sampled
from messages.base import decode, encode
from messages.kernel.clock import Ticked
from runtime.errors import Unmeasured
from runtime.hosting import processes

BUSY = """
import time
held = bytearray(b"x") * (200 << 20)
while time.process_time() < 0.4:
    pass
print("done", flush=True)
time.sleep(60)
"""


async def gauge(behind: dict[str, int] | None = None, **settings: Any) -> Gauge:
    made = Gauge(Gauge.Settings(**settings))
    survey = Survey({"kublai": 0} if behind is None else behind, 4_096)

    async def look() -> Survey:
        return survey

    made.look = look
    await made.open()
    return made


async def sampled(made: Gauge) -> Sampled:
    (said,) = [message async for message in made.on_ticked(Ticked(cycle=7))]
    return decode(Sampled, encode(said))


async def test_a_reading_holds_what_the_processes_and_the_log_say() -> None:
    said = await sampled(await gauge({"kublai": 3, "jochi": 12, "gauge": 900}, processors=2, memory_bytes=1 << 34))
    assert (said.cycle, said.missing, said.processors, said.cpu) == (7, (), 2.0, None)
    assert (said.lag, said.stored_bytes) == (12, 4_096)
    assert said.cpu_s is not None
    assert said.cpu_s > 0
    assert said.memory is not None
    assert 0 < said.memory < 1


async def test_work_of_a_child_is_seen_in_processor_time_and_memory() -> None:
    made = await gauge(memory_bytes=1 << 30)
    before = await sampled(made)
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", BUSY, stdout=asyncio.subprocess.PIPE)
    try:
        assert child.stdout is not None
        await child.stdout.readline()
        during = await sampled(made)
    finally:
        child.kill()
        await child.wait()
    after = await sampled(made)
    assert (during.cpu_s or 0) - (before.cpu_s or 0) >= 0.35
    assert (during.memory or 0) - (before.memory or 0) == pytest.approx(200 / 1024, abs=0.04)
    assert (after.cpu_s or 0) >= (during.cpu_s or 0), "a child that was waited for stays in its parent's books"


async def test_a_server_that_does_not_answer_leaves_its_measures_out() -> None:
    made = await gauge()

    async def silent() -> Survey:
        raise Unmeasured("the server was lost")

    made.look = silent
    said = await sampled(made)
    assert (said.lag, said.stored_bytes, said.missing) == (None, None, ("lag", "stored_bytes"))
    assert said.cpu_s is not None


async def test_processes_that_can_not_be_read_leave_their_measures_out() -> None:
    made = await gauge()
    made._root = 2**22 + 1
    said = await sampled(made)
    assert (said.cpu_s, said.memory, said.processors, said.missing) == (None, None, None, ("cpu", "memory"))
    assert said.lag == 0


@pytest.mark.parametrize("lag", [-1, 2**53])
async def test_an_absurd_figure_is_named_and_not_told(lag: int) -> None:
    said = await sampled(await gauge({"kublai": lag}))
    assert (said.lag, said.missing) == (None, ("lag",))


async def test_more_memory_than_the_budget_is_all_of_it_and_far_more_than_the_host_has_is_no_reading() -> None:
    holds = (await processes.taken(os.getpid())).memory_bytes
    assert (await sampled(await gauge(memory_bytes=int(holds / 1.3)))).memory == 1.0
    assert (await sampled(await gauge(memory_bytes=holds // 30))).memory == 1.0
    made = await gauge()
    made._host_bytes = holds // 3
    said = await sampled(made)
    assert (said.memory, said.missing) == (None, ("memory",))


async def test_a_failure_that_stays_is_logged_once_and_again_after_it_was_gone() -> None:
    made = await gauge()
    root = made._root
    with structlog.testing.capture_logs() as logs:
        for number in (2**22 + 1, 2**22 + 1, root, 2**22 + 1):
            made._root = number
            await sampled(made)
    assert [line["measure"] for line in logs].count("cpu") == 2


async def test_a_reading_takes_a_few_milliseconds() -> None:
    made = await gauge()
    await sampled(made)
    began = time.process_time()
    for _ in range(20):
        await sampled(made)
    assert (time.process_time() - began) / 20 < 0.02


def test_ps_is_read_with_all_below_the_process_and_nobody_else() -> None:
    told = "1 0 10:00.00 900\n10 1 1:02.50 100\n11 10 1-00:00:01 200\n12 11 00:01.25 300\n20 1 9:00.00 400\n"
    found = processes.summed(told, 10)
    assert found == processes.Taken(62.5 + 86_401 + 1.25, 600 * 1024, 3)
    with pytest.raises(ValueError, match="does not know"):
        processes.summed(told, 99)


async def test_ps_of_this_system_is_understood() -> None:
    found = await processes._from_ps(os.getpid())
    assert found.memory_bytes > 1 << 20
    assert found.processes >= 1
