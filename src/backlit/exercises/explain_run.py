"""How a run went, in words: the limit it met, the exception it raised, the warnings on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from backlit.apart.limits import Limits
from backlit.apart.sandbox import Run
from backlit.check.report import Finding
from backlit.exercises.notebook import NOTE
from backlit.exercises.raised_words import explained, line_words, remark_words

__all__ = ["ended_words", "error_findings", "error_words", "remarks_of"]

REPLACED = 70
"""Exit status of a process in which Python itself no longer worked."""


def ended_words(run: Run, limits: Limits) -> str:
    """Return which limit ended a run, or how it ended itself; "" for an ordinary end."""
    ended = run.ended
    words = {
        "": "",
        "time": f"ran longer than {limits.wall_seconds:g} seconds and was stopped: an endless loop?",
        "output": f"printed more than {limits.output_at_most >> 20} MiB and was stopped",
        "disk": f"filled the {limits.disk_megabytes} MiB of its folder",
        "start": "could not be run apart: the process ended before it began",
        f"exit {REPLACED}": "replaced parts of Python that are needed to read its values",
    }
    if ended in words:
        return words[ended]
    kind, _, number = ended.partition(" ")
    if kind == "exit":
        return f"ended Python itself (os._exit, exit status {number}) before its values could be read"
    if number == "11":
        return "crashed Python (a segmentation fault): too deep a recursion, or out of memory"
    return f"was ended by signal {number}"


def error_words(facts: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return the exception of a file in words, or "" where it ran to its end."""
    if facts.get("broken"):
        return "replaced parts of Python that are needed to read its values"
    error = facts.get("error")
    return explained(error, names).text if error else ""


def error_findings(facts: Mapping[str, Any], names: Sequence[str]) -> list[Finding]:
    """Return the trap that an exception gives away, if it does."""
    errors = [facts.get("error"), *(told.get("error") for told in (facts.get("values") or {}).values())]
    for error in errors:
        what = explained(error, names) if error else None
        if what is not None and what.column_needed:
            return [_column_needed(what.shapes)]
    return []


def _column_needed(shapes: tuple[str, str]) -> Finding:
    n, m = (int(re.sub(r"\D", "", shape)) for shape in shapes)
    return Finding(
        "column-needed",
        0,
        (),
        "certain",
        f"A vector of {n} and a vector of {m} were multiplied element by element, where each belongs with each.",
        "A layer has a weight for every pair of input and unit, so its step is a matrix.",
        f"delta * x[:, None]: the inputs as a column, one row for each, so that ({m}, 1) against ({n},) gives "
        f"({m}, {n})",
    )


def remarks_of(facts: Mapping[str, Any], run: Run) -> list[str]:
    """Return what else is worth saying: warnings of NumPy, an early end."""
    remarks = [remark_words(remark) for remark in facts.get("remarks") or [] if isinstance(remark, dict)][:5]
    if facts.get("exit"):
        where = line_words(facts["exit"])
        remarks.append(f"{where[:1].upper()}{where[1:]}the file ended itself there; what stands below was not run.")
    return [*remarks, NOTE] if facts.get("notebook") and (facts.get("error") or remarks) else remarks
