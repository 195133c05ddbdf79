"""What was graded, kept line by line beside the table: an interrupted run goes on where it was.

Each line is signed by the key of the user who grades: a line that somebody else put there is not believed.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backlit.apart.limits import Limits
from backlit.errors import BacklitError
from backlit.exercises.format import Exercise
from backlit.exercises.grading.row import report_facts, report_from
from backlit.exercises.grading.signature import is_signed, signed
from backlit.exercises.submission_report import SubmissionReport

__all__ = ["Journal", "context_of", "journal", "key_of"]

HEADER = {"journal": "backlit exercise grade"}


@dataclass(frozen=True)
class Journal:
    """An open journal: the reports that it holds by (file, key), and the digests of the tables that were written.

    ``foreign`` are lines that this user did not sign here; nothing of them is taken.
    """

    path: Path
    descriptor: int
    reports: dict[tuple[str, str], SubmissionReport] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    foreign: list[int] = field(default_factory=list)

    def keep(self, file: str, key: str, report: SubmissionReport) -> None:
        """Add a report; it is there when this returns."""
        _append(self, signed({"file": file, "key": key, "report": report_facts(report)}))

    def note_written(self, content: bytes) -> None:
        """Remember a table as made here, so that a later run may replace it."""
        _append(self, signed({"written": _digest(content)}))

    def wrote(self, path: Path) -> bool:
        """Say whether a file is as an earlier run wrote it."""
        try:
            return _digest(path.read_bytes()) in self.written
        except OSError:
            return False


def context_of(exercise: Exercise, limits: Limits) -> str:
    """Return what a report depends on beside the submission: the exercise's files, the limits, backlit's version."""
    import backlit

    digest = hashlib.sha256(f"{backlit.__version__} {limits}".encode())
    told = [f"{mistake.identifier}\n{mistake.sentence}\n{mistake.instead}".encode() for mistake in exercise.mistakes]
    given = [mistake.source for mistake in exercise.mistakes]
    for content in (_toml(exercise), exercise.solution.encode(), *told, *given):
        digest.update(hashlib.sha256(content).digest())
    if exercise.follow_through:
        # also where it is not the file that says so
        digest.update(f"follow-through {exercise.follow_through}".encode())
    return digest.hexdigest()


def _toml(exercise: Exercise) -> bytes:
    # a pack is one file, and has all
    place = exercise.folder if exercise.given else exercise.folder / "exercise.toml"
    return place.read_bytes()


def key_of(source: bytes, context: str) -> str:
    """Return by what a report is found again: it changes with the submission and with what it is checked by."""
    return _digest(context.encode() + source)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@contextmanager
def journal(path: Path) -> Iterator[Journal]:
    """Open a journal, or begin one; within, no other run can.

    A line that was cut off, or damaged, or is not signed by this user, is left out.

    Raises BacklitError where another run has it open, for a file that is no journal, and where the system refuses.
    """
    import fcntl

    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise BacklitError(f"{path}: could not be written, {error.strerror or error}") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise BacklitError(f"{path}: expected a file to keep the journal in")
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BacklitError(f"{path}: another run is grading into it; wait for it, or give another --out") from None
        opened = Journal(path, descriptor)
        _load(opened)
        yield opened
    finally:
        os.close(descriptor)


def _load(opened: Journal) -> None:
    with open(opened.descriptor, "rb", closefd=False) as file:
        content = file.read()
    lines = content.split(b"\n")
    if not content:
        _append(opened, HEADER)
    elif _entry(lines[0]) != HEADER:
        raise BacklitError(f"{opened.path}: expected a journal of 'backlit exercise grade'; move that file away")
    elif lines[-1]:
        # a line that was cut off must not take the next one with it
        _write(opened, b"\n")
    for number, line in enumerate(lines[1:], 2):
        entry = _entry(line)
        if isinstance(entry, dict) and not is_signed(entry):
            opened.foreign.append(number)
        else:
            _take(opened, entry)


def _take(opened: Journal, entry: Any) -> None:
    if not isinstance(entry, dict):
        return
    if isinstance(entry.get("written"), str):
        opened.written.add(entry["written"])
        return
    try:
        opened.reports[str(entry["file"]), str(entry["key"])] = report_from(entry["report"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return


def _entry(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _append(opened: Journal, entry: Any) -> None:
    _write(opened, json.dumps(entry).encode() + b"\n")


def _write(opened: Journal, data: bytes) -> None:
    try:
        while data:
            data = data[os.write(opened.descriptor, data) :]
    except OSError as error:
        raise BacklitError(f"{opened.path}: could not be written, {error.strerror or error}") from None
