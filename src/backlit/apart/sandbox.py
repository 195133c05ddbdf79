"""A file run apart: the parent's side. It starts the child, bounds what comes back, and never trusts it."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from backlit.apart.facts import clean_run
from backlit.apart.limits import Limits
from backlit.errors import BacklitError

__all__ = ["Run", "end_all", "run_apart"]

CHILD = Path(__file__).with_name("inside") / "child.py"
GRACE = 3.0
"""Seconds beyond the wall time that the child has to tell how it went."""
MESSAGE_BYTES = 8
"""How many times as long as a result its message may be: it is text in text."""
NOBODY = 65534
"""Whom a file runs as where backlit runs as root."""
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
ENVIRONMENT |= {"MKL_NUM_THREADS": "1", "MPLBACKEND": "Agg"}


@dataclass(frozen=True)
class Run:
    """What came of a run: ``facts`` of each file (none where it did not come to that), and how it ended.

    ``ended`` is "" for an ordinary end, else which limit it met or how it ended itself.
    """

    facts: Sequence[Mapping[str, Any]]
    ended: str
    output: str
    seconds: float
    held: frozenset[str] = field(default_factory=frozenset)


def run_apart(
    sources: Sequence[bytes],
    values: Sequence[Mapping[str, str]],
    *,
    prepare: str = "",
    limits: Limits | None = None,
    hidden: Sequence[str] = (),
    record_seconds: float = 0.0,
    training_seconds: float = 0.0,
    nudge_seconds: float = 0.0,
) -> Run:
    """Run Python files one after the other in a process of their own; evaluate ``values`` in the names of each.

    A value is a name and an expression. With ``record_seconds`` what the file assigns is recorded, and it is stopped,
    with what it has recorded, after that time, or ``training_seconds`` after its first update. With ``nudge_seconds``
    it is run again and again for that long instead, with what a round of its loops moves nudged.
    ``prepare`` is code that runs after it, and ``hidden`` are folders and files that it should not see.

    Raises BacklitError only where the system cannot run anything apart.
    """
    if not hasattr(os, "fork"):
        raise BacklitError("exercises run a file apart by means that Windows does not have; use WSL there")
    limits = limits or Limits()
    try:
        _remove_left_behind(tempfile.gettempdir())
        folder = tempfile.mkdtemp(prefix="backlit-")
    except OSError as error:
        raise BacklitError(f"no temporary folder could be made to run a file in, {error.strerror or error}") from None
    unnamed = _unnamed_file(folder)
    job = {
        "parent": os.getpid(),
        "folder": folder,
        "sources": [base64.b64encode(source).decode() for source in sources],
        "values": list(values),
        "prepare": prepare,
        "hidden": list(hidden),
        "unnamed": unnamed,
        "record_seconds": record_seconds,
        "training_seconds": training_seconds,
        "nudge_seconds": nudge_seconds,
        **{name: getattr(limits, name) for name in _LIMITS},
    }
    try:
        return _run(json.dumps(job).encode(), folder, limits)
    except OSError as error:
        raise BacklitError(f"a process to run a file in could not be started, {error.strerror or error}") from None
    finally:
        _remove(folder)
        with contextlib.suppress(OSError):
            os.unlink(unnamed)


def _unnamed_file(folder: str) -> str:
    """Make a file beside a run's folder that it must not be able to read; return its path, "" where there is none."""
    path = Path(f"{folder}.closed")
    try:
        path.write_bytes(b"")
        # all others may: what closes it is not its own rights
        path.chmod(0o644)
    except OSError:
        return ""
    return str(path)


_LIMITS = (
    "wall_seconds", "cpu_seconds", "memory_megabytes", "disk_megabytes", "file_megabytes", "processes", "result_bytes",
)  # fmt: skip


def _remove(folder: str) -> None:
    """Remove a run's folder, whatever was left in it: nested deeper than Python recurses, or without rights."""
    with contextlib.suppress(OSError):
        # where it was memory of the run's own, it is empty
        os.rmdir(folder)
        return
    quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    for command in (["rm", "-rf"], ["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
        if not os.path.lexists(folder):
            return
        with contextlib.suppress(OSError):
            subprocess.run([*command, "--", folder], env=ENVIRONMENT, check=False, **quiet)


LEFT_BEHIND_SECONDS = 3600.0


@cache
def _remove_left_behind(place: str) -> None:
    """Remove, once in a process, what runs left empty there when they were killed, an hour ago or longer."""
    with contextlib.suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if re.fullmatch(r"backlit-\w{8}(\.closed)?", entry.name):
                with contextlib.suppress(OSError):
                    facts = entry.stat(follow_symlinks=False)
                    if time.time() - facts.st_mtime > LEFT_BEHIND_SECONDS and facts.st_uid in (os.getuid(), NOBODY):
                        # only what is empty: what a run wrote is no one's to guess at
                        (os.rmdir if entry.is_dir(follow_symlinks=False) else os.unlink)(entry.path)


def _run(job: bytes, folder: str, limits: Limits) -> Run:
    started = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-I", "-B", "-X", "utf8", str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=ENVIRONMENT,
        start_new_session=True,
    )
    _running.add(child)
    try:
        with contextlib.suppress(BrokenPipeError):
            assert child.stdin is not None
            child.stdin.write(job)
            child.stdin.close()
        message, output, stopped = _collect(child, started + limits.wall_seconds + GRACE, limits)
    finally:
        _running.discard(child)
        _end(child)
    return _told(message, output, stopped, time.monotonic() - started, limits)


_running: set[subprocess.Popen[bytes]] = set()


def end_all() -> None:
    """End every run under way in this process: each returns at once, as one that was killed."""
    for child in list(_running):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)


def _end(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.wait()
    for stream in (child.stdout, child.stderr, child.stdin):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


def _collect(child: subprocess.Popen[bytes], deadline: float, limits: Limits) -> tuple[bytes, bytes, str]:
    """Read both pipes until the message is whole, the time is over or too much was printed."""
    assert child.stdout is not None
    assert child.stderr is not None
    message, output, printed = bytearray(), bytearray(), 0
    with selectors.DefaultSelector() as selector:
        for stream in (child.stdout, child.stderr):
            os.set_blocking(stream.fileno(), False)
            selector.register(stream, selectors.EVENT_READ)
        while child.stdout in {key.fileobj for key in selector.get_map().values()}:
            left = deadline - time.monotonic()
            ready = selector.select(max(0.0, left))
            if left <= 0 or not ready:
                return b"", bytes(output), "time"
            for key, _ in ready:
                data = os.read(key.fd, 1 << 16)
                if not data:
                    selector.unregister(key.fileobj)
                elif key.fileobj is child.stdout:
                    message += data[: MESSAGE_BYTES * limits.result_bytes - len(message)]
                else:
                    printed += len(data)
                    output += data[: max(0, limits.output_bytes - len(output))]
            if printed > limits.output_at_most:
                return b"", bytes(output), "output"
    with contextlib.suppress(OSError):
        # what was printed last may still be in the pipe
        while printed <= limits.output_at_most and (data := os.read(child.stderr.fileno(), 1 << 16)):
            printed += len(data)
            output += data[: max(0, limits.output_bytes - len(output))]
    return bytes(message), bytes(output), ""


def _told(message: bytes, output: bytes, stopped: str, seconds: float, limits: Limits) -> Run:
    text = output.decode("utf-8", "replace")
    if stopped:
        return Run((), stopped, text, seconds)
    try:
        told = json.loads(message)
        end, result = told["end"], told["result"]
    except (ValueError, KeyError, TypeError):
        return Run((), "start", text, seconds)
    facts, held = _facts(result)
    return Run(facts, _ended(end, facts, limits), text, seconds, frozenset({*end["held"], *held}))


def _names(listed: Any) -> list[str]:
    return (
        [name for name in ("files", "network", "processes", "solutions") if name in listed]
        if isinstance(listed, list)
        else []
    )


def _facts(result: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the facts that a learner's process wrote, and what it says of its isolation, if they have their form."""
    try:
        told = json.loads(result)
        runs = told["runs"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return [], []
    if not isinstance(runs, list):
        return [], []
    return [clean_run(run) for run in runs], _names(told.get("held"))


def _ended(end: Mapping[str, Any], facts: Any, limits: Limits) -> str:
    """Say which limit ended a run, or how it ended itself."""
    status = end["status"]
    if end["late"]:
        return "time"
    if facts and status == 0:
        return ""
    if status in (-signal.SIGXCPU, -signal.SIGKILL) and end["cpu_seconds"] > 0.9 * limits.cpu_seconds:
        return "time"
    if status == 73:
        return "disk"
    return f"signal {-status}" if status < 0 else f"exit {status}"
