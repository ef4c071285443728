"""One request to one child, from taking the child to an outcome for each call."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Final, cast

from actors.sandbox.answers import Answer, Broken, Broker, Request, converse
from actors.sandbox.ending import cause
from actors.sandbox.outcome import Limits, Outcome, Status
from actors.sandbox.template import Child, Report, Template

HOST_GRACE_S: Final = 1.0
"""How long after the template's deadline the host loses patience. *Chosen*: the template needs some ms."""

REPORT_S: Final = 2.0
"""How long the end of a killed child may take to be told. *Chosen*: a template that is slower is broken."""


async def nobody(name: str, _arguments: Mapping[str, object]) -> dict[str, object]:
    """The broker of a run that may ask for nothing."""
    return {"error": f"host_call({name!r}) is refused: this run may reach no host"}


async def perform(template: Template, request: Request, limits: Limits, broker: Broker = nobody) -> tuple[Outcome, ...]:
    """An outcome for each call; the child is dead or dying, also if this is cancelled."""
    child = template.take()
    answers: list[Answer] = []
    began = time.monotonic()
    fault: Broken | None = None
    try:
        template.arm(child, limits.wall_s)
        async with asyncio.timeout(limits.wall_s + HOST_GRACE_S):
            await converse(child.connection, request, limits, answers, broker, template.reading)
    except TimeoutError:
        fault = Broken("timeout", f"no answer within {limits.wall_s} s")
    except Broken as error:
        fault = error
    finally:
        template.end(child)
        child.connection.close()
    if fault is not None:
        report = await _report_of(template, child)
        fault = cause(fault, report, limits)
        return _with_fault(answers, fault, report, request.calls, time.monotonic() - began)
    if request.calls == 1:
        return (_outcome(answers[0], wall_ms=(time.monotonic() - began) * 1000),)
    return tuple(_outcome(answer, wall_ms=answer.wall_us / 1000) for answer in answers)


async def _report_of(template: Template, child: Child) -> Report | None:
    """How the child ended; a template that does not say is killed, and its children with it."""
    done, _ = await asyncio.wait({child.ended}, timeout=REPORT_S)
    if not done:
        template.kill()
        return None
    return child.ended.result()


def _with_fault(
    answers: Sequence[Answer], fault: Broken, report: Report | None, calls: int, wall_s: float
) -> tuple[Outcome, ...]:
    """What was answered, the call that ended the child, and those that were never made."""
    made = [_outcome(answer, wall_ms=answer.wall_us / 1000) for answer in answers[:calls]]
    last = Outcome(
        status=fault.status,
        error=fault.reason,
        wall_ms=wall_s * 1000,
        cpu_ms=report.cpu_us / 1000 if report else 0.0,
        max_rss_kb=report.max_rss_kb if report else 0,
    )
    if len(made) == calls:
        return (*made[:-1], last)
    rest = Outcome(status="refused" if fault.status == "refused" else "killed", error=f"not run: {fault.reason}")
    return (*made, last, *[rest] * (calls - len(made) - 1))


def _outcome(answer: Answer, wall_ms: float) -> Outcome:
    return Outcome(
        status=cast(Status, answer.status),  # what was asked for is no answer and does not come here
        value=answer.value,
        error_type=answer.error_type,
        error=answer.error,
        line=answer.line,
        stdout=answer.stdout,
        mutated=answer.mutated,
        wall_ms=wall_ms,
        cpu_ms=answer.cpu_us / 1000,
        max_rss_kb=answer.max_rss_kb,
    )
