"""A script checked: run apart under limits, its network found, its backward pass and update judged."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backlit.apart.limits import Limits
from backlit.apart.sandbox import Run, run_apart
from backlit.check.progress import waiting
from backlit.errors import BacklitError
from backlit.scripts.bounds import bounds_of

if TYPE_CHECKING:
    from backlit.scripts.reports.report import ScriptReport
    from backlit.scripts.seen.told import Told

__all__ = ["check_script"]

COMMENT = re.compile(r"^\s*#\s*backlit:\s*(.+)$", re.MULTILINE)
FRAMEWORK = re.compile(r"^\s*(?:import|from)\s+(torch|tensorflow|keras|jax)\b", re.MULTILINE)
GRACE = 10.0
"""Seconds beyond the time of training: for what comes before it, and to tell what was recorded."""
SECONDS = 0.5
AMID_A_STEP = (
    "The file was stopped amid a step, as no loop that trains went round in time: its last step may be half done, and "
    "was not judged. Let it train for fewer steps, or in a plain loop; --seconds gives it more time."
)
NAMELESS = ("unknown", "stray-factor")


def check_script(path: str | os.PathLike[str], *, seconds: float = SECONDS, told: Told | None = None) -> ScriptReport:
    """Check the backward pass and the update of a script; never raises for anything that the script does.

    ``seconds`` is the time that it may train, from its first update on; then its last step by that time is judged.
    ``told`` names arrays of the file, and its loss, where they are not found without. Raises BacklitError for a file
    that cannot be read, a told name that it does not assign, and where the system cannot run files apart.
    """
    source = _source(Path(path))
    text = source.decode("utf-8", "replace")
    limits = bounds_of(seconds + GRACE)
    with waiting("running the file"):
        run = run_apart([source], [], limits=limits, record_seconds=seconds + GRACE - 3, training_seconds=seconds)
    report = _judged(Path(path).name, text, run, limits, told, seconds)
    if any(told or ()) or (report.status == "not-understood" and any(verdict.ok for verdict in report.verdicts)):
        return report
    nameless = report.status == "wrong" and all(finding.identifier in NAMELESS for finding in report.findings)
    if report.status != "not-understood" and not nameless:
        return report
    from backlit.scripts.by_own_loss import by_own_loss

    own = by_own_loss(report, source, text)
    # what is right in the file's own loss is not wrong, where nothing but a number says so
    return own if report.status == "not-understood" or own.ok or _is_named(own) else report


def _is_named(report: ScriptReport) -> bool:
    return report.status == "wrong" and not any(finding.identifier in NAMELESS for finding in report.findings)


def _source(path: Path) -> bytes:
    if not path.exists():
        raise BacklitError(f"{path}: there is no such file")
    if not path.is_file():
        raise BacklitError(
            f"{path}: expected a Python file, {'is a folder' if path.is_dir() else 'is no file of text'}"
        )
    most = Limits().source_bytes
    with path.open("rb") as file:
        source = file.read(most + 1)
    if len(source) > most:
        raise BacklitError(f"{path}: is larger than {most >> 10} KiB")
    return source


def _judged(title: str, text: str, run: Run, limits: Limits, told: Told | None, seconds: float) -> ScriptReport:
    from dataclasses import replace

    from backlit.scripts.ended import error_of, remarks_of
    from backlit.scripts.reports.report import ScriptReport
    from backlit.scripts.seen.records import moments_of
    from backlit.scripts.seen.told import check_told
    from backlit.scripts.several import concluded

    facts: Any = run.facts[0] if run.facts else {}
    error = error_of(run, facts, limits)
    recorded = facts.get("record")
    if recorded is None or not recorded["records"]:
        if facts.get("stopped") and not error:
            error = "The file was stopped before it assigned anything: an endless loop?"
        if not error:
            return ScriptReport(title, "not-understood", asks="The file assigns nothing that could be judged.")
        return ScriptReport(title, "error", error=_with_framework(error, text))
    moments, given = moments_of(recorded, text), _told(text, told)
    if not error:
        check_told(given, (record.name for moment in moments for record in moment.records))
    report = concluded(title, moments, given, text)
    remarks = remarks_of(run, facts, recorded, seconds)
    if error and (
        report.status == "not-understood" or not any(line.startswith("judged:") for line in report.understood)
    ):
        # what was left in the middle of a step is nothing to judge
        return ScriptReport(title, "error", error=_with_framework(error, text), remarks=tuple(remarks))
    if report.status == "wrong" and recorded["amid_a_step"]:
        # what was half done then may be all that is wrong
        return ScriptReport(title, "not-understood", report.understood, asks=AMID_A_STEP)
    return replace(report, error=error, remarks=(*report.remarks, *remarks))


def _with_framework(error: str, text: str) -> str:
    """Say of a file that ended in an error, and imports a framework, what is for it."""
    found = FRAMEWORK.search(text)
    if found is None:
        return error
    way = "; bl.check_torch checks a module or function of PyTorch" if found[1] == "torch" else ""
    return (
        f"{error} The file imports {found[1]}: what is checked here is a backward pass in NumPy or plain Python{way}."
    )


def _told(text: str, told: Told | None) -> Told:
    """Return what was told by options, else by a comment in the file."""
    from backlit.scripts.seen.told import told_of

    comments = "; ".join(COMMENT.findall(text))
    return told_of(comments, told)
