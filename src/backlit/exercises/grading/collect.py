"""The submissions in a folder: a file or a folder each. Nothing in it is trusted: links are not followed."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from backlit.errors import BacklitError, printable
from backlit.exercises.notebook import why_no_notebook

__all__ = ["NOT_CHOSEN", "Submission", "collected", "one_submission", "read_source", "told_name"]

DEEPEST = 4
"""Folders below a student's own in which a file is looked for."""
NOT_SUBMISSIONS = ("__MACOSX", "__pycache__", ".DS_Store", ".git", ".ipynb_checkpoints")
SUFFIXES = (".py", ".ipynb")
NOT_CHOSEN = "could not be chosen"
LINK = "is a link; links are not followed"


class Submission(NamedTuple):
    """A student's file: a name, where it is, its path as it is told, and why there is none to read ("" if there is)."""

    name: str
    path: Path
    told: str
    problem: str = ""


def collected(
    folder: Path, expected: str, file: str | None = None, outputs: Sequence[Path] = ()
) -> tuple[list[Submission], list[str]]:
    """Return the submissions of a folder in order of their names, and the names of what is none.

    A Python file or notebook in the folder is a submission, and so is a folder in it (``one_submission`` says which
    file there). Two that would have one name are told apart by their files. ``outputs`` are files of ours, not to be
    told of.

    Raises BacklitError for a folder that cannot be read, or where no submission is.
    """
    ours = {os.path.realpath(path) for path in outputs}
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError as error:
        raise BacklitError(f"{folder}: could not be read, {error.strerror or error}") from None
    found: list[Submission] = []
    ignored: list[str] = []
    for entry in entries:
        if _is_of_the_system(entry.name) or os.path.realpath(entry.path) in ours:
            continue
        submission = _entry(entry, expected, file)
        if submission is None:
            ignored.append(told_name(entry.name))
        else:
            found.append(submission)
    if not found:
        raise BacklitError(
            f"{folder}: expected submissions (.py or .ipynb files, or a folder for each student), found none"
        )
    return _told_apart(found), ignored


def _is_of_the_system(name: str) -> bool:
    """Say whether a name is what systems and tools leave beside files; a hidden Python file is a student's."""
    return name.startswith("._") or name in NOT_SUBMISSIONS


def _told_apart(found: Sequence[Submission]) -> list[Submission]:
    """Return submissions whose names and paths, as told, are each there once, however they are written."""
    names = Counter(_alike(submission.name) for submission in found)
    apart = [s._replace(name=f"{s.name} ({s.told})") if names[_alike(s.name)] > 1 else s for s in found]
    seen: Counter[str] = Counter()
    numbered = []
    for submission in apart:
        key = _alike(submission.told)
        seen[key] += 1
        # names that differ only in what cannot be shown
        mark = f" [{seen[key]}]" if seen[key] > 1 else ""
        numbered.append(submission._replace(name=submission.name + mark, told=submission.told + mark))
    return numbered


def _alike(name: str) -> str:
    """Return a name as a reader sees it: one letter for all its ways of being written, no capitals."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _entry(entry: os.DirEntry[str], expected: str, file: str | None) -> Submission | None:
    name, path = entry.name, Path(entry.path)
    is_python = name.lower().endswith(SUFFIXES)
    student = told_name(Path(name).stem if is_python else name)
    if entry.is_symlink():
        return Submission(student, path, told_name(name), LINK) if is_python or path.is_dir() else None
    if entry.is_dir(follow_symlinks=False):
        return None if name.startswith(".") else one_submission(path, expected, file)
    return Submission(student, path, told_name(name)) if is_python else None


def one_submission(folder: Path, expected: str, file: str | None = None) -> Submission:
    """Return the file of one student's folder: the one called ``file``, or the only one, or the one as ``expected``.

    It is looked for in the folder, and below it where there is none in it.
    """
    name = told_name(folder.name)
    first_error: list[OSError] = []
    for found in _by_depth(folder, first_error):
        wanted = [path for path in found if path.name == file] if file else found
        named = [path for path in wanted if path.name == expected]
        named = named or [path for path in wanted if path.stem == Path(expected).stem]
        chosen = wanted if len(wanted) == 1 else named
        if len(chosen) == 1:
            return Submission(name, chosen[0], f"{name}/{told_name(str(chosen[0].relative_to(folder)))}")
        if wanted:
            listed = ", ".join(told_name(path.name) for path in wanted[:5])
            problem = f"{NOT_CHOSEN}: several Python files or notebooks are there ({listed})"
            return Submission(name, folder, name, problem)
    if first_error:
        return Submission(name, folder, name, f"could not be read: {first_error[0].strerror or first_error[0]}")
    what = f"file called {file}" if file else "Python file or notebook"
    return Submission(name, folder, name, f"was not found: no {what} in the folder")


def _by_depth(folder: Path, errors: list[OSError]) -> Iterator[list[Path]]:
    """Yield the Python files of a folder, then those of the folders in it, and so on."""
    level = [folder]
    for _ in range(DEEPEST + 1):
        files, below = [], []
        for place in level:
            try:
                with os.scandir(place) as listed:
                    entries = sorted(listed, key=lambda entry: entry.name)
            except OSError as error:
                errors.append(error)
                continue
            for entry in entries:
                if _is_of_the_system(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    below += [] if entry.name.startswith(".") else [Path(entry.path)]
                elif entry.name.lower().endswith(SUFFIXES):
                    files.append(Path(entry.path))
        yield files
        level = below


def read_source(path: Path, at_most: int) -> bytes | str:
    """Return what a plain file holds, or the words for why it cannot be had; waits for no pipe, follows no link."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return "is a pipe or a device, not a plain file"
            source = file.read(at_most + 1)
    except (OSError, ValueError) as error:
        if path.is_symlink():
            return LINK
        return "is a folder" if path.is_dir() else f"could not be read: {getattr(error, 'strerror', None) or error}"
    if len(source) > at_most:
        return f"is larger than {at_most >> 10} KiB"
    return why_no_notebook(path, source) or source


def told_name(name: str) -> str:
    r"""Return a file's name without what no table or terminal can show.

    >>> told_name("an\x1b[31m\nna")
    'an?[31m?na'
    """
    return printable(os.fsencode(name).decode("utf-8", "replace").replace("\n", "?"))
