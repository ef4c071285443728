"""Why a child's answers stopped, by the word of whoever knows best."""

import os
import signal
from typing import Final

from actors.sandbox.answers import Broken
from actors.sandbox.outcome import Limits
from actors.sandbox.template import Report
from actors.sandbox.wire import DEADLINE, ENDLESS_CHARACTERS, FLOOD_EXIT, MEMORY_EXIT, NEVER_BORN, REFUSED_EXIT

CPU_SLACK: Final = 0.5
"""From this share of the processor limit on, an unexplained SIGKILL was the limit's.

*Measured*: the limit counts ticks and the report does not; on a busy host they were 8 % apart."""


def cause(fault: Broken, report: Report | None, limits: Limits) -> Broken:
    """The fault with the reason that the report knows; one that was seen on the wire stays as it is."""
    if fault.status != "killed":
        return fault
    if report is None:
        return Broken("killed", "the template died, and the child with it")
    if report.why == NEVER_BORN:
        return Broken("refused", "this host has no room for another process")
    if report.why == DEADLINE:
        return Broken("timeout", f"no answer within {limits.wall_s} s")
    if os.WIFSIGNALED(report.status):
        return _of_signal(os.WTERMSIG(report.status), report, limits)
    code = os.waitstatus_to_exitcode(report.status)
    if code == MEMORY_EXIT:
        return Broken("memory", "no memory was left for the answer")
    if code == FLOOD_EXIT:
        return Broken("flood", f"the code prints more than {ENDLESS_CHARACTERS} characters in one call")
    if code == REFUSED_EXIT and not fault.locked:  # foreign code may take this exit too
        return Broken("refused", "lockdown failed")
    return Broken("killed", f"the child ended before it answered (exit code {code})")


def _of_signal(number: int, report: Report, limits: Limits) -> Broken:
    spent = report.cpu_us >= CPU_SLACK * limits.cpu_s * 1e6
    if number in (signal.SIGXCPU, signal.SIGKILL) and spent:
        return Broken("timeout", f"more than {limits.cpu_s} s of processor time")
    if number == signal.SIGSYS:
        return Broken("killed", "a forbidden system call (SIGSYS)")
    return Broken("killed", f"killed by {signal.Signals(number).name}")
