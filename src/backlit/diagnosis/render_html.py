"""A diagnosis as HTML: what is said, then the pictures as SVG within the page; no script, no font, nothing fetched."""

from __future__ import annotations

from html import escape

from backlit.diagnosis.draw_plots import as_svg, can_plot, plotted
from backlit.diagnosis.draw_text import drawn
from backlit.diagnosis.findings import Diagnosis, Finding
from backlit.diagnosis.report import experiment_in_words, fact_in_words, other_in_words, remarks
from backlit.diagnosis.seen import Seen

__all__ = ["as_html"]

_STYLE = """
.backlit { font: 15px/1.45 system-ui, sans-serif; color: #1b1f24; background: #fff; }
.backlit { max-width: 62rem; padding: .5rem 1rem; }
.backlit h1 { font-size: 1.15rem; } .backlit h2 { font-size: 1.05rem; margin: 1.2em 0 .4em; }
.backlit h2 { border-bottom: 1px solid #ccd; } .backlit p { margin: .4em 0; }
.backlit .finding { margin: .6em 0; padding-left: .8em; border-left: 3px solid #8a929c; }
.backlit .cause { border-left: 6px double #1b1f24; } .backlit code { color: #57606a; }
.backlit svg { max-width: 100%; height: auto; } .backlit pre { overflow: auto; font-size: .85em; }
"""

WORDS = (
    "The shaded stretch of an axis is the last fifth of training. The band of step over weight is where healthy layers "
    "lie. A dead unit is a black cell with a cross."
)


def as_html(diagnosis: Diagnosis, *, whole: bool) -> str:
    """Return the diagnosis as HTML: ``whole`` a page of its own, else a part that a notebook shows."""
    causes = diagnosis.causes
    observations = [finding for finding in diagnosis.findings if not finding.confirmed]
    body = [f"<p><b>{escape(diagnosis.summary)}</b></p>"]
    if causes:
        body.append("<h2>Causes, each confirmed by an experiment</h2>")
    for number, finding in enumerate(causes, 1):
        last = not finding.together or number == len(causes)
        body.append(_finding(finding, diagnosis.metric, "cause", experiment=last))
    if observations:
        body.append("<h2>Observed, not confirmed as a cause</h2>")
    body += [_finding(finding, diagnosis.metric, "", experiment=False) for finding in observations]
    if diagnosis.others:
        body.append("<h2>Other changes that help</h2>")
        body += [f"<p>{escape(other_in_words(experiment))}</p>" for experiment in diagnosis.others]
    body += [f"<p>{escape(line)}</p>" for line in remarks(diagnosis) if line]
    pictures = _pictures(diagnosis)
    if pictures:
        body += ["<h2>Pictures</h2>", pictures]
    part = f'<style>{_STYLE}</style>\n<div class="backlit">\n<h1>Diagnosis</h1>\n{"".join(body)}\n</div>\n'
    if not whole:
        return part
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Diagnosis</title>'
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>{head}</head>\n<body>\n{part}</body>\n</html>\n'


def _finding(finding: Finding, metric: str, kind: str, *, experiment: bool) -> str:
    lines = [f"<b>{escape(finding.identifier)}</b> <code>{escape(finding.address)}</code>"]
    lines += [escape(line) for line in fact_in_words(finding)]
    lines.append(f"{'Change' if finding.confirmed else 'Advice'}: {escape(finding.advice)}.")
    if experiment and finding.experiment is not None:
        lines.append(escape(experiment_in_words(finding.experiment, metric)))
    return f'<div class="finding {kind}">{"".join(f"<p>{line}</p>" for line in lines)}</div>\n'


def _pictures(diagnosis: Diagnosis) -> str:
    seen, experiments = diagnosis.seen or Seen(), diagnosis.experiments
    if not seen.looks and not seen.curves and not experiments:
        return ""
    if not can_plot():
        return f"<pre>{escape(drawn(seen, experiments))}</pre><p>With matplotlib installed these are drawings.</p>"
    return f"<p>{WORDS}</p>\n{as_svg(plotted(seen, experiments))}"
