"""A script whose layers were not found, judged by its own loss: run again and again with its weights nudged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from backlit.apart.sandbox import run_apart
from backlit.check.progress import waiting
from backlit.scripts.bounds import bounds_of

if TYPE_CHECKING:
    from backlit.scripts.reports.report import ScriptReport

__all__ = ["by_own_loss"]

SECONDS, GRACE = 8.0, 6.0


def by_own_loss(report: ScriptReport, source: bytes, text: str) -> ScriptReport:
    """Return what the file's own loss tells where its layers told nothing; the report as it is where it does not.

    The file is run again and again, for some seconds, up to the end of one of its first steps (see
    ``backlit.apart.inside.nudging``); raises BacklitError where the system cannot run files apart.
    """
    from backlit.scripts.own_loss.report import report_by_own_loss
    from backlit.scripts.own_loss.verdict import judged
    from backlit.scripts.own_loss.windows import windows_of

    with waiting("nudging the weights"):
        run = run_apart([source], [], limits=bounds_of(SECONDS + GRACE), nudge_seconds=SECONDS)
        found = judged(windows_of(run.facts[0].get("nudged"))) if run.facts else None
    if found is None:
        return report
    told = report_by_own_loss(report.title, found, text)
    if told.status == "not-understood":
        told = replace(told, asks=f"{told.asks} {report.asks}".strip())
    # it was run anew, and not to where it was stopped
    remarks = [remark for remark in report.remarks if not remark.startswith("The file was stopped")]
    return replace(told, remarks=(*told.remarks, *remarks))
