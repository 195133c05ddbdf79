"""The settings that files run apart are tried in: by all that this system has, without namespaces, and as a user."""

import os
import stat
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from backlit.apart import sandbox
from backlit.apart.limits import Limits
from backlit.apart.sandbox import run_apart

LIMITS = Limits(wall_seconds=8.0, cpu_seconds=8)
SETTINGS = ("as it is", "without namespaces", "as a user")
USER = 65533
"""Whom the setting "as a user" becomes; not the one that root becomes by itself."""

WITHOUT_NAMESPACES = """
import sys
sys.path.insert(0, {inside!r})
import confine
confine.separate = lambda: set()
import child
child.main()
"""

# Where root's own folders close the way to Python, this process sees memory in their place, with the way laid in it
# anew: Python and what is tested stand where they stood, and nothing else of those folders does.
AS_A_USER = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
def mount(*given):
    if libc.mount(*given):
        raise OSError(ctypes.get_errno(), "mount")
closed, needed = {closed!r}, {needed!r}
if closed:
    if libc.unshare(0x20000):
        raise OSError(ctypes.get_errno(), "unshare")
    places = [os.open(path, os.O_PATH) for path in needed]
    mount(b"none", b"/", None, 0x44000, None)
    for path in closed:
        mount(b"none", path.encode(), b"tmpfs", 0, b"size=64k,mode=755")
    for path, place in zip(needed, places):
        os.makedirs(path, exist_ok=True)
        mount(b"/proc/self/fd/%d" % place, path.encode(), None, 0x5000, None)
        os.close(place)
os.chown(os.getcwd(), {user}, {user})
os.setgroups([])
os.setresgid({user}, {user}, {user})
os.setresuid({user}, {user}, {user})
sys.path.insert(0, {inside!r})
import confine
libc.prctl(4, 1, 0, 0, 0)
import child
child.main()
"""


def script(setting):
    """Return the program that runs files apart in a setting, or None where it is backlit's own."""
    inside = str(sandbox.CHILD.parent)
    if setting == "without namespaces":
        return WITHOUT_NAMESPACES.format(inside=inside)
    if setting == "as a user":
        closed, needed = _closed_to_others()
        return AS_A_USER.format(inside=inside, closed=closed, needed=needed, user=USER)
    return None


def _closed_to_others():
    """Return the folders that close the way to Python, and what is needed that lies in one of them."""
    import numpy

    packages = str(Path(numpy.__file__).parents[1])
    needed = {os.path.realpath(p) for p in (sys.prefix, sys.base_prefix, packages, str(sandbox.CHILD.parents[2]))}
    way = [(Path(path), [p for p in reversed(Path(path).parents) if _is_closed(p)]) for path in sorted(needed)]
    # in what comes with a folder that is needed itself, nothing is to be laid anew
    below = [path for path, _ in way if not any(other in path.parents for other, _ in way)]
    return sorted({str(closed[0]) for _, closed in way if closed}), [
        str(path) for path, closed in way if closed and path in below
    ]


def _is_closed(folder):
    return folder.stat().st_mode & (stat.S_IROTH | stat.S_IXOTH) != stat.S_IROTH | stat.S_IXOTH


@cache
def cannot_be(setting, program):
    """Say why a setting cannot be had here, or "" where it can."""
    if sys.platform != "linux":
        return "limits alone, as the page says"
    if setting != "as a user":
        return ""
    if os.getuid() != 0:
        return "the setting 'as a user' is of root, who becomes one; here 'as it is' is one"
    # what it needs is tried, up to where the child would read its job
    tried = program.replace("child.main()", "import numpy.linalg")
    command = [sys.executable, "-I", "-c", tried]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    said = (done.stderr.splitlines() or [""])[-1]
    return f"root here may not lay the way to Python for a user: {said}" if done.returncode else ""


def told(source, names=("a",), hidden=(), limits=LIMITS):
    """Run a file; return its values, and the run."""
    wanted = [{"name": name, "expression": name} for name in names]
    run = run_apart([source.encode()], wanted, hidden=[str(path) for path in hidden], limits=limits)
    facts = run.facts[0] if run.facts else {"values": {}, "error": None}
    return {name: value.get("data") for name, value in facts["values"].items()}, run


TRY = """
import ctypes, os
def tried(call, *given):
    # 1 for what went well, minus the error's number for what did not
    try:
        call(*given)
    except OSError as error:
        return -float(error.errno or 1)
    return 1.0
def read(path):
    with open(path, "rb") as file:
        file.read(1)
def write(path):
    with open(path, "r+b") as file:
        file.write(b"x")
def opened(path):
    # what the kernel makes of an x is another matter
    open(path, "r+b").close()
libc = ctypes.CDLL(None, use_errno=True)
def system(number, *given):
    ctypes.set_errno(0)
    if libc.syscall(number, *given) < 0:
        raise OSError(ctypes.get_errno(), "refused")
"""
