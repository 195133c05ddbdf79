"""A diagnosis as text and as JSON."""

from __future__ import annotations

import json
import math
import textwrap
from dataclasses import asdict
from typing import Any

from backlit.diagnosis.draw_text import drawn
from backlit.diagnosis.findings import Diagnosis, Experiment, Finding
from backlit.diagnosis.seen import Seen

__all__ = ["as_json", "as_text", "experiment_in_words", "fact_in_words", "other_in_words", "remarks"]

WIDTH = 100


def as_text(diagnosis: Diagnosis, *, pictures: bool = False) -> str:
    """Return the text: the summary, the causes with their experiments, then the observations, then ``pictures``."""
    lines = textwrap.wrap(diagnosis.summary, WIDTH)
    causes = diagnosis.causes
    observations = [finding for finding in diagnosis.findings if not finding.confirmed]
    for number, finding in enumerate(causes, 1):
        lines += ["", f"Cause {number}: {finding.identifier} ({finding.address})", *_fact(finding)]
        lines += _indented(f"Change: {finding.advice}.")
        if finding.experiment is not None and (not finding.together or number == len(causes)):
            lines += _indented(experiment_in_words(finding.experiment, diagnosis.metric))
    if observations:
        lines += ["", "Observed, not confirmed as a cause:"]
    for finding in observations:
        lines += [f"  {finding.identifier} ({finding.address})", *_fact(finding)]
        lines += _indented(f"Advice: {finding.advice}.")
    if diagnosis.others:
        lines += ["", "Other changes that help:"]
        for experiment in diagnosis.others:
            lines += _indented(other_in_words(experiment))
    for remark in remarks(diagnosis):
        lines += ["", remark]
    drawing = drawn(diagnosis.seen or Seen(), diagnosis.experiments) if pictures else ""
    return "\n".join([*lines, "", drawing] if drawing else lines)


def _fact(finding: Finding) -> list[str]:
    return [line for words in fact_in_words(finding) for line in _indented(words)]


def fact_in_words(finding: Finding) -> list[str]:
    """Return what was found, the numbers, and where it is innocent: a sentence or two each."""
    lines = [f"{finding.happened[0].upper()}{finding.happened[1:]}."]
    if finding.threshold is not None and finding.measured is not None:
        source = f" ({finding.source})" if finding.source else ""
        lines.append(f"Measured {finding.measured:.3g}; threshold {finding.threshold:.3g}{source}.")
    if finding.innocent:
        lines.append(f"Innocent where: {finding.innocent}.")
    return lines


def experiment_in_words(experiment: Experiment, metric: str) -> str:
    """Return an experiment in a sentence: seeds, steps, change, scores, and how far apart they are."""
    n = len(experiment.scores_with)
    without, after = _median(experiment.scores_without), _median(experiment.scores_with)
    steps = f"the same {experiment.steps} steps"
    if abs(experiment.more_steps - 1) > 1e-9:
        steps = f"{experiment.more_steps:.3g} times the {experiment.steps} steps"
    apart = (
        f"{experiment.standard_errors:.1f} standard errors apart"
        if math.isfinite(experiment.standard_errors)
        else "the same difference for every seed"
    )
    return f"Experiment ({n} seeds, {steps}): with {_changes(experiment)}, {metric} {without} -> {after}; {apart}."


def other_in_words(experiment: Experiment) -> str:
    """Return a change that helps, and what it reaches."""
    return f"{_changes(experiment)}: {_median(experiment.scores_with)}"


def _changes(experiment: Experiment) -> str:
    return " and ".join(experiment.changes)


def _median(scores: tuple[float, ...]) -> str:
    known = sorted(score if math.isfinite(score) else -math.inf for score in scores)
    middle = (known[(len(known) - 1) // 2] + known[len(known) // 2]) / 2
    return f"{middle:.3g}" if math.isfinite(middle) else "not finite"


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    ")


def remarks(diagnosis: Diagnosis) -> list[str]:
    """Return what else must be said: that experiments were left out, or ended before their time."""
    if diagnosis.quick:
        return ["No experiments were made (quick), so nothing here is confirmed as a cause."]
    if diagnosis.watched:
        return ["It was watched, and no experiments were made, so nothing here is confirmed as a cause."]
    if diagnosis.curves_alone:
        return ["A history holds curves alone, so no experiments were made; diagnose(net, X, y, ...) makes them."]
    if diagnosis.ended_by == "budget":
        return ["The budget was spent before all changes were tried."]
    if diagnosis.ended_by == "interrupt":
        return ["Interrupted: this is what was found so far."]
    return []


def as_json(diagnosis: Diagnosis) -> str:
    """Return JSON with every field; numbers that are not finite are null."""
    return json.dumps(_plain({"format": "backlit/diagnosis/1", **asdict(diagnosis)}), indent=1)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
