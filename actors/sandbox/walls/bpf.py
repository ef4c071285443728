"""A seccomp filter as a list of rules, assembled to classic BPF."""

import ctypes
import struct
from collections.abc import Iterable
from typing import Final, Self

from actors.sandbox.walls.kernel import syscall
from actors.sandbox.walls.numbers import MACHINE, number_of

KILL: Final = 0x80000000
REFUSE: Final = 0x00050000
ALLOW: Final = 0x7FFF0000
"""The verdicts; an errno is added to REFUSE. *Cited*: seccomp(2)."""

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
"""The five instructions used. *Cited*: `linux/bpf_common.h`."""

NUMBER_AT, ARCH_AT, ARGUMENTS_AT = 0, 4, 16
"""Offsets in `seccomp_data`. *Cited*: seccomp(2)."""

X32_FROM: Final = 0x40000000
"""Numbers from here on name the x32 calls, which a list of x86-64 numbers does not see. *Cited*: seccomp(2)."""

ARCHITECTURES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""AUDIT_ARCH of each machine. *Cited*: `linux/audit.h`."""

SET_MODE_FILTER: Final = 1
"""SECCOMP_SET_MODE_FILTER. *Cited*: seccomp(2)."""


def step(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One `sock_filter`; the jumps count instructions from the next."""
    return struct.pack("HBBI", code, if_true, if_false, operand & 0xFFFFFFFF)


def low_word(argument: int) -> int:
    """Where the low half of the call's argument lies; both machines are little-endian."""
    return ARGUMENTS_AT + 8 * argument


class Filter:
    """Rules in order, the first that matches decides, `default` for the rest; a foreign architecture is killed."""

    def __init__(self, default: int) -> None:
        self._default = default
        self._steps = [step(LOAD, ARCH_AT), step(EQUAL, ARCHITECTURES[MACHINE], 1, 0), step(RETURN, KILL)]
        self._steps.append(step(LOAD, NUMBER_AT))
        if MACHINE == "x86_64":
            self._steps += [step(AT_LEAST, X32_FROM, 0, 1), step(RETURN, KILL)]

    def decide(self, names: Iterable[str], verdict: int) -> Self:
        """Each named call has the verdict."""
        for name in names:
            number = number_of(name)
            if number is not None:
                self._steps += [step(EQUAL, number, 0, 1), step(RETURN, verdict)]
        return self

    def allow_values(self, name: str, argument: int, values: Iterable[int], otherwise: int) -> Self:
        """The call is allowed if the argument is one of the values."""
        body = [step(LOAD, low_word(argument))]
        for value in values:
            body += [step(EQUAL, value, 0, 1), step(RETURN, ALLOW)]
        return self.examine(name, [*body, step(RETURN, otherwise)])

    def allow_without_bits(self, name: str, argument: int, bits: int, otherwise: int) -> Self:
        """The call is allowed if the argument has none of the bits."""
        body = [step(LOAD, low_word(argument)), step(ANY_BIT, bits, 1, 0), step(RETURN, ALLOW)]
        return self.examine(name, [*body, step(RETURN, otherwise)])

    def allow_with_bits(self, name: str, argument: int, bits: int, otherwise: int) -> Self:
        """The call is allowed if the argument has one of the bits."""
        body = [step(LOAD, low_word(argument)), step(ANY_BIT, bits, 0, 1), step(RETURN, ALLOW)]
        return self.examine(name, [*body, step(RETURN, otherwise)])

    def examine(self, name: str, body: list[bytes]) -> Self:
        """The call is decided by `body`, which must end in a verdict."""
        number = number_of(name)
        if number is not None:
            self._steps += [step(EQUAL, number, 0, len(body)), *body]
        return self

    def program(self) -> bytes:
        """The whole filter, ready to load."""
        return b"".join([*self._steps, step(RETURN, self._default)])


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def load(program: bytes) -> None:
    """The filter holds for this process and all its children; needs no_new_privs."""
    steps = ctypes.create_string_buffer(program, len(program))
    descriptor = _Program(len(program) // len(step(0, 0)), ctypes.addressof(steps))
    syscall("seccomp", SET_MODE_FILTER, 0, ctypes.addressof(descriptor))
