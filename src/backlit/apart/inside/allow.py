"""The list of system calls put into force: a seccomp program made of ``calls``."""

import ctypes
import os
import platform
import struct
import sys

import calls

NO_NEW_PRIVILEGES, SET_SECCOMP = 38, 22
AGAIN, NOT_PERMITTED, NO_SUCH_CALL = 11, 1, 38


def allow_calls():
    """Allow the system calls that computing needs, and no others; return whether it holds.

    New threads are fine; new processes, programs, sockets, signals to others, shared memory and mounts are not.
    """
    machine = platform.machine() if sys.platform == "linux" else ""
    if machine not in calls.ARCHITECTURES:
        return False
    program = _filter(machine, os.getpid())
    code = ctypes.create_string_buffer(b"".join(program))
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    return libc.prctl(SET_SECCOMP, 2, ctypes.create_string_buffer(header), 0, 0) == 0


LOAD, EQUAL, AT_LEAST, BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, SECOND_ARGUMENT = 0, 4, 16, 24
THREAD = 0x00010000
# flags and locks of files: not who gets a signal by them
FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1031, 1032)
# questions about terminals, and flags: not input typed into one
IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
NO_TERMINAL = 25
# names of threads and memory, and questions: not to outlive who started it
PRCTL = (2, 3, 15, 16, 21, 23, 39, 41, 42, 0x53564D41)


def _line(code, value, then=0, otherwise=0):
    return struct.pack("HBBI", code, then, otherwise, value & 0xFFFFFFFF)


def _filter(machine, pid):
    """Return a seccomp program, one instruction an item."""
    lines = [_line(LOAD, ARCHITECTURE), _line(EQUAL, calls.ARCHITECTURES[machine], 1, 0)]
    lines += [_line(RETURN, REFUSE | NOT_PERMITTED), _line(LOAD, NUMBER)]
    if machine == "x86_64":
        # calls of another table of numbers
        lines += [_line(AT_LEAST, 0x40000000, 0, 1), _line(RETURN, REFUSE | NOT_PERMITTED)]
    for number in calls.numbers(machine, "allowed").values():
        lines += [_line(EQUAL, number, 0, 1), _line(RETURN, ALLOW)]
    for number in calls.numbers(machine, "pretended").values():
        lines += [_line(EQUAL, number, 0, 1), _line(RETURN, REFUSE)]
    for name, number in calls.numbers(machine, "special").items():
        rule = _rule(name, pid)
        lines += [_line(EQUAL, number, 0, len(rule)), *rule]
    return [*lines, _line(RETURN, REFUSE | NOT_PERMITTED)]


def _rule(name, pid):
    """What is answered to a call that depends on what it is asked for."""
    if name in ("fork", "vfork"):
        return [_line(RETURN, REFUSE | AGAIN)]
    if name == "clone3":
        # its arguments cannot be looked at; programs go back to clone
        return [_line(RETURN, REFUSE | NO_SUCH_CALL)]
    if name == "clone":
        lines = [_line(LOAD, FIRST_ARGUMENT), _line(BITS, THREAD, 0, 1)]
        return [*lines, _line(RETURN, ALLOW), _line(RETURN, REFUSE | AGAIN)]
    place, values, error = {
        "kill": (FIRST_ARGUMENT, (pid,), NOT_PERMITTED),
        "tgkill": (FIRST_ARGUMENT, (pid,), NOT_PERMITTED),
        "prlimit64": (FIRST_ARGUMENT, (0, pid), NOT_PERMITTED),
        "prctl": (FIRST_ARGUMENT, PRCTL, NOT_PERMITTED),
        "fcntl": (SECOND_ARGUMENT, FCNTL, NOT_PERMITTED),
        "ioctl": (SECOND_ARGUMENT, IOCTL, NO_TERMINAL),
    }[name]
    lines = [_line(LOAD, place)]
    for value in values:
        lines += [_line(EQUAL, value, 0, 1), _line(RETURN, ALLOW)]
    return [*lines, _line(RETURN, REFUSE | error)]
