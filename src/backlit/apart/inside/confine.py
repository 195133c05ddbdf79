"""What the system is asked to keep a learner's process from; standard library only, and never imported by backlit.

Each function says whether its promise holds: systems differ, and the report tells what was kept.
"""

import contextlib
import ctypes
import itertools
import os
import struct
import sys

NEW_MOUNTS, NEW_IPC, NEW_USER, NEW_PROCESSES, NEW_NETWORK = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
NO_SUID, NO_DEVICES, BIND, RECURSIVE, PRIVATE, AT_RECURSIVE = 2, 4, 0x1000, 0x4000, 0x40000, 0x8000
SET_DEATH_SIGNAL, DROP_BOUND, SET_SUBREAPER, NO_NEW_PRIVILEGES = 1, 24, 36, 38
KILL = 9

MOUNT_SETATTR, LANDLOCK_RULESET, LANDLOCK_RULE, LANDLOCK_RESTRICT = 442, 444, 445, 446


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
    everything = NEW_NETWORK | NEW_PROCESSES | NEW_MOUNTS | NEW_IPC
    if user == 0:
        # root needs no namespace of users for it; in one, it could not become an ordinary user later
        return {"network", "processes", "files"} if _libc().unshare(everything) == 0 else set()
    for flags, held in ((everything, {"network", "processes", "files"}), (NEW_NETWORK, {"network"})):
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


def read_only_but(folder, megabytes, result_bytes, hidden):
    """Make all files read-only and devices closed, but for memory mounted at ``folder``; empty what is hidden.

    The file's own part of it holds ``megabytes``; beside it there is room for what is told of the run. Return what
    holds: "files". Where a mount fails, the folder can be written as before.
    """
    libc = _libc()
    if libc.mount(b"none", b"/", None, RECURSIVE | PRIVATE, None):
        return set()
    for path in hidden:
        _empty(libc, path)
    libc.mount(b"proc", b"/proc", b"proc", NO_SUID | NO_DEVICES, None)
    work = os.path.join(folder, "work")
    # the memory first: what the system was handed read-only could not be made writable again
    if _memory_at(libc, folder, 4 + (result_bytes >> 20)):
        return set()
    os.mkdir(work)
    if _memory_at(libc, work, megabytes):
        return set()
    if not _change(libc, "/", AT_RECURSIVE, read_only=True):
        return set()
    writable = [_change(libc, path, 0, read_only=False) for path in (folder, work)]
    return {"files"} if all(writable) else set()


def _empty(libc, path):
    """Hide what a folder or file holds; one within a folder that was hidden before is gone already."""
    if os.path.isfile(path):
        libc.mount(b"/dev/null", os.fsencode(path), None, BIND, None)
    elif os.path.exists(path):
        libc.mount(b"tmpfs", os.fsencode(path), b"tmpfs", NO_SUID | NO_DEVICES | 1, b"size=4k")


def _change(libc, path, how, *, read_only):
    change = (1 | NO_SUID | NO_DEVICES, 0) if read_only else (0, 1)
    attributes = struct.pack("QQQQ", *change, 0, 0)
    return libc.syscall(MOUNT_SETATTR, -100, os.fsencode(path), how, attributes, len(attributes)) == 0


def _memory_at(libc, path, megabytes):
    options = f"size={megabytes}m,nr_inodes=4096,mode=700".encode()
    return libc.mount(b"tmpfs", os.fsencode(path), b"tmpfs", NO_SUID | NO_DEVICES, options)


READ_FILE, READ_FOLDER, TRUNCATE, DEVICE_CONTROL = 0x4, 0x8, 0x4000, 0x8000
# everything that changes something: all but executing, reading files and reading folders
WRITING = 0x1FF2
SYSTEM_FILES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/lib", "/lib64", "/etc/ld.so.cache",
                "/etc/localtime", "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
                "/sys/devices/system/cpu")  # fmt: skip


def readable_files(also):
    """Return the folders and files that a learner's process may read: Python, its packages, the system's libraries."""
    numpy = sys.modules.get("numpy")
    packages = [os.path.dirname(os.path.dirname(numpy.__file__))] if numpy else []
    return [sys.prefix, sys.base_prefix, sys.exec_prefix, *packages, *SYSTEM_FILES, f"/proc/{os.getpid()}", *also]


def landlock(folder, readable=(), hidden=()):
    """Forbid writing outside ``folder``, and reading outside it and ``readable``, and what is ``hidden`` there.

    It needs no namespaces. Return whether it holds.
    """
    if sys.platform != "linux":
        return False
    libc = _libc()
    version = libc.syscall(LANDLOCK_RULESET, None, 0, 1)
    if version < 1:
        return False
    writing = WRITING | (0x2000 if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    handled = writing | READ_FILE | READ_FOLDER
    told = struct.pack("Q", handled | (DEVICE_CONTROL if version >= 5 else 0))
    ruleset = libc.syscall(LANDLOCK_RULESET, told, len(told), 0)
    if ruleset < 0:
        return False
    hidden = [os.path.realpath(path) for path in hidden]
    rights = [(folder, handled)]
    for path in readable:
        rights += _reading(os.path.realpath(path), hidden)
    allowed = [_allowed(libc, ruleset, path, right) for path, right in rights]
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    held = libc.syscall(LANDLOCK_RESTRICT, ruleset, 0) == 0 and all(allowed)
    os.close(ruleset)
    return held


def _reading(path, hidden):
    """Yield (path, right) for what may be read below a path: all of it, or all but what is hidden there."""
    if path in hidden or not os.path.exists(path):
        return
    if not os.path.isdir(path):
        yield path, READ_FILE
    elif not any(place.startswith(path.rstrip("/") + "/") for place in hidden):
        yield path, READ_FILE | READ_FOLDER
    else:
        # the names stay visible, as Python looks for modules by them
        yield path, READ_FOLDER
        for name in os.listdir(path):
            yield from _reading(os.path.realpath(os.path.join(path, name)), hidden)


def _allowed(libc, ruleset, path, right):
    try:
        place = os.open(path, os.O_PATH)
    except OSError:
        # it went away: nothing to allow
        return True
    try:
        return libc.syscall(LANDLOCK_RULE, ruleset, 1, struct.pack("=Qi", right, place), 0) == 0
    finally:
        os.close(place)


def cannot_read(paths):
    """Say whether not one of the files at and below some paths can be read: it is tried."""
    return not any(_opens(file) for path in paths for file in _files_at(path))


def _files_at(path, most=1000):
    if os.path.isdir(path):
        found = (os.path.join(place, name) for place, _, names in os.walk(path) for name in names)
        yield from itertools.islice(found, most)
    else:
        yield path


def _opens(path):
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


NOBODY = 65534
KEEP_CAPABILITIES, READ_ANYWHERE = 8, 2


def leave_root(folders, needed):
    """Where this is root, become an unprivileged user for good, to whom ``folders`` are given.

    Where that user could not read what is ``needed`` to run Python (root's own, say), it keeps the right to read any
    file; ``landlock`` says which ones those are. It cannot become that user in a container that has root alone.
    Return the capabilities that are kept, as a mask.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return 0
    libc = _libc()
    # asked for while all can be seen: Python looks for modules in places that are not there, too
    needed = [path for path in needed if os.path.exists(path)]
    for folder in folders:
        os.chown(folder, NOBODY, NOBODY)
    _drop_bound(libc)
    libc.prctl(KEEP_CAPABILITIES, 1, 0, 0, 0)
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:
        for folder in folders:
            os.chown(folder, 0, 0)
        return 0
    # reading needs the right to be in effect only where the files' own rights do not give it
    able = all(os.access(path, os.R_OK | os.X_OK) for path in needed)
    kept = 0 if able else 1 << READ_ANYWHERE
    _set_capabilities(libc, kept)
    return kept


def drop_capabilities(kept):
    """Give up all that a namespace's root may do, for good; not the mask of what ``leave_root`` kept."""
    if sys.platform != "linux":
        return
    libc = _libc()
    _drop_bound(libc)
    _set_capabilities(libc, kept)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def _drop_bound(libc):
    for capability in range(64):
        if libc.prctl(DROP_BOUND, capability, 0, 0, 0):
            break


def _set_capabilities(libc, mask):
    libc.capset(struct.pack("Ii", 0x20080522, 0), struct.pack("IIIIII", mask, mask, 0, 0, 0, 0))
