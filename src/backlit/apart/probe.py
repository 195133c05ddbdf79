"""What this system keeps a file from, found by running one that tries."""

from __future__ import annotations

from typing import NamedTuple

from backlit.apart.sandbox import run_apart
from backlit.errors import BacklitError

__all__ = ["Promise", "promises_tried"]


class Promise(NamedTuple):
    """What a file cannot do, in words; whether that ``holds`` here; ``by`` which word reports say so ("" for none)."""

    words: str
    holds: bool
    by: str = ""


# each name is 1 where the attempt did not succeed
ATTEMPTS = """
import os, socket

def fails(call, *given):
    try:
        call(*given)
    except OSError:
        return 1.0
    return 0.0

def start():
    if os.fork() == 0:
        os._exit(0)
    os.wait()

def made(path):
    os.mkdir(path)
    os.rmdir(path)

above = os.path.dirname(os.path.dirname(os.getcwd()))
changes = fails(made, os.path.join(above, "backlit-probe"))
kernel = fails(open, "/proc/sys/kernel/hostname", "r+")
network = fails(socket.socket)
starts = fails(start)
signals = fails(os.kill, os.getppid(), 0)
shared = fails(lambda: os.close(os.memfd_create("probe")))
root = 1.0 if os.getuid() else 0.0
"""
NAMES = ("changes", "kernel", "network", "starts", "signals", "shared", "root")


def promises_tried() -> list[Promise]:
    """Run a file that tries, and return what holds; raises BacklitError where no file can be run apart."""
    run = run_apart([ATTEMPTS.encode()], [{"name": name, "expression": name} for name in NAMES])
    values = run.facts[0]["values"] if run.facts else {}
    held = {name: values.get(name, {}).get("data") == [1.0] for name in NAMES}
    if not values:
        raise BacklitError(f"a file could not be run apart: it ended by {run.ended or 'an error'}; {run.output:.200}")
    return [
        Promise("changes no file but in its own folder", held["changes"] and "files" in run.held, "files"),
        Promise("changes no setting of the kernel", held["kernel"]),
        Promise("reads no file but Python's, its packages' and its own", "solutions" in run.held, "solutions"),
        Promise("reaches no network", held["network"] and "network" in run.held, "network"),
        Promise("starts no process", held["starts"] and "processes" in run.held, "processes"),
        Promise("sends no signal to others", held["signals"], "processes"),
        Promise("shares no memory, and has none beside its limit", held["shared"]),
        Promise("does not run as root", held["root"]),
    ]
