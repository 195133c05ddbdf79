"""What the system is asked to keep a learner's process from; standard library only, and never imported by backlit.

Each function says whether its promise holds: systems differ, and the report tells what was kept.
"""

import contextlib
import ctypes
import os
import platform
import struct
import sys

NEW_MOUNTS, NEW_IPC, NEW_USER, NEW_PROCESSES, NEW_NETWORK = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
NO_SUID, NO_DEVICES, RECURSIVE, PRIVATE, AT_RECURSIVE = 2, 4, 0x4000, 0x40000, 0x8000
SET_DEATH_SIGNAL, DROP_BOUND, SET_SUBREAPER, NO_NEW_PRIVILEGES, SET_SECCOMP = 1, 24, 36, 38, 22
KILL = 9

SYSCALLS = {
    "x86_64": (
        0xC000003E,
        {
            "clone": 56,
            "fork": 57,
            "vfork": 58,
            "socket": 41,
            "kill": 62,
            "tkill": 200,
            "tgkill": 234,
            "ptrace": 101,
            "unshare": 272,
            "setns": 308,
            "mount": 165,
            "umount2": 166,
            "process_vm_writev": 311,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "clone": 220,
            "socket": 198,
            "kill": 129,
            "tkill": 130,
            "tgkill": 131,
            "ptrace": 117,
            "unshare": 97,
            "setns": 268,
            "mount": 40,
            "umount2": 39,
            "process_vm_writev": 271,
        },
    ),
}
SAME_EVERYWHERE = {
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
    "open_tree": 428,
    "move_mount": 429,
    "fsmount": 432,
    "clone3": 435,
    "mount_setattr": 442,
}
MOUNT_SETATTR, LANDLOCK_RULESET, LANDLOCK_RULE, LANDLOCK_RESTRICT = 442, 444, 445, 446
AGAIN, NOT_PERMITTED, NO_SUCH_CALL = 11, 1, 38


def _libc():
    return ctypes.CDLL(None, use_errno=True)


def die_with_parent():
    """Ask to be killed when the parent is."""
    if sys.platform == "linux":
        _libc().prctl(SET_DEATH_SIGNAL, KILL, 0, 0, 0)


def adopt_orphans():
    """Become the parent of grandchildren whose own parent ends, so that they can be found and killed."""
    if sys.platform == "linux":
        _libc().prctl(SET_SUBREAPER, 1, 0, 0, 0)


def separate():
    """Move into namespaces of our own; return the set of what holds: network, processes, files."""
    if sys.platform != "linux":
        return set()
    user, group = os.getuid(), os.getgid()
    for flags, held in (
        (NEW_NETWORK | NEW_PROCESSES | NEW_MOUNTS | NEW_IPC, {"network", "processes", "files"}),
        (NEW_NETWORK, {"network"}),
    ):
        if _libc().unshare(NEW_USER | flags) == 0:
            with contextlib.suppress(OSError):
                _write("/proc/self/setgroups", "deny")
                _write("/proc/self/uid_map", f"{user} {user} 1")
                _write("/proc/self/gid_map", f"{group} {group} 1")
            return held
    return set()


def _write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def read_only_but(folder, megabytes, hidden):
    """Make all files read-only and devices closed, but for memory mounted at ``folder``; empty the hidden folders.

    Return what holds: "files", and "solutions" where every hidden folder is empty. Where a mount fails, the folder can
    be written as before.
    """
    libc = _libc()
    if libc.mount(b"none", b"/", None, RECURSIVE | PRIVATE, None):
        return set()
    emptied = [_emptied(libc, path) for path in hidden]
    held = {"solutions"} if all(emptied) else set()
    libc.mount(b"proc", b"/proc", b"proc", NO_SUID | NO_DEVICES, None)
    work = os.path.join(folder, "work")
    # the memory first: what the system was handed read-only could not be made writable again
    if _memory_at(libc, folder, 4):
        return held
    os.mkdir(work)
    if _memory_at(libc, work, megabytes):
        return held
    if not _change(libc, "/", AT_RECURSIVE, read_only=True):
        return held
    writable = [_change(libc, path, 0, read_only=False) for path in (folder, work)]
    return held | {"files"} if all(writable) else held


def _emptied(libc, path):
    """Hide what a folder holds; one within a folder that was hidden before is gone already."""
    options = NO_SUID | NO_DEVICES | 1
    return not os.path.exists(path) or libc.mount(b"tmpfs", os.fsencode(path), b"tmpfs", options, b"size=4k") == 0


def _change(libc, path, how, *, read_only):
    change = (1 | NO_SUID | NO_DEVICES, 0) if read_only else (0, 1)
    attributes = struct.pack("QQQQ", *change, 0, 0)
    return libc.syscall(MOUNT_SETATTR, -100, os.fsencode(path), how, attributes, len(attributes)) == 0


def _memory_at(libc, path, megabytes):
    options = f"size={megabytes}m,nr_inodes=4096,mode=700".encode()
    return libc.mount(b"tmpfs", os.fsencode(path), b"tmpfs", NO_SUID | NO_DEVICES, options)


def landlock(folder):
    """Forbid writing outside ``folder`` by a second way, for systems without namespaces."""
    if sys.platform != "linux":
        return False
    libc = _libc()
    version = libc.syscall(LANDLOCK_RULESET, None, 0, 1)
    if version < 1:
        return False
    # everything but executing, reading files and reading folders; truncation from version 3 on
    writing = 0x1FF2 | (0x2000 if version >= 2 else 0) | (0x4000 if version >= 3 else 0)
    handled = struct.pack("Q", writing)
    ruleset = libc.syscall(LANDLOCK_RULESET, handled, len(handled), 0)
    place = os.open(folder, os.O_PATH)
    rule = struct.pack("=Qi", writing, place)
    allowed = ruleset >= 0 and libc.syscall(LANDLOCK_RULE, ruleset, 1, rule, 0) == 0
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    held = allowed and libc.syscall(LANDLOCK_RESTRICT, ruleset, 0) == 0
    os.close(place)
    if ruleset >= 0:
        os.close(ruleset)
    return held


def drop_capabilities():
    """Give up all that a namespace's root may do; for good."""
    if sys.platform != "linux":
        return
    libc = _libc()
    for capability in range(64):
        if libc.prctl(DROP_BOUND, capability, 0, 0, 0):
            break
    libc.capset(struct.pack("Ii", 0x20080522, 0), bytes(24))
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def forbid_calls():
    """Forbid new processes (threads are fine), sockets, signals to others and mounts; return whether it holds."""
    machine = platform.machine() if sys.platform == "linux" else ""
    if machine not in SYSCALLS:
        return False
    architecture, numbers = SYSCALLS[machine]
    program = _filter(architecture, {**numbers, **SAME_EVERYWHERE}, os.getpid(), no_x32=machine == "x86_64")
    code = ctypes.create_string_buffer(b"".join(program))
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    libc = _libc()
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    return libc.prctl(SET_SECCOMP, 2, ctypes.create_string_buffer(header), 0, 0) == 0


LOAD, EQUAL, AT_LEAST, BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
THREAD = 0x00010000


def _line(code, value, then=0, otherwise=0):
    return struct.pack("HBBI", code, then, otherwise, value & 0xFFFFFFFF)


def _filter(architecture, numbers, pid, *, no_x32):
    """Return a seccomp program, one instruction an item."""
    lines = [_line(LOAD, ARCHITECTURE), _line(EQUAL, architecture, 1, 0), _line(RETURN, REFUSE | NOT_PERMITTED)]
    lines.append(_line(LOAD, NUMBER))
    if no_x32:
        lines += [_line(AT_LEAST, 0x40000000, 0, 1), _line(RETURN, REFUSE | NOT_PERMITTED)]
    for name, number in numbers.items():
        if name == "clone":
            lines += [_line(EQUAL, number, 0, 4), _line(LOAD, FIRST_ARGUMENT), _line(BITS, THREAD, 0, 1)]
            lines += [_line(RETURN, ALLOW), _line(RETURN, REFUSE | AGAIN)]
        elif name in ("kill", "tgkill"):
            lines += [_line(EQUAL, number, 0, 4), _line(LOAD, FIRST_ARGUMENT), _line(EQUAL, pid, 0, 1)]
            lines += [_line(RETURN, ALLOW), _line(RETURN, REFUSE | NOT_PERMITTED)]
        else:
            error = {"fork": AGAIN, "vfork": AGAIN, "clone3": NO_SUCH_CALL}.get(name, NOT_PERMITTED)
            lines += [_line(EQUAL, number, 0, 1), _line(RETURN, REFUSE | error)]
    return [*lines, _line(RETURN, ALLOW)]
