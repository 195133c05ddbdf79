"""What a class gets right and wrong: its mistakes, the values, the points, in numbers and in bars of text."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from backlit.exercises.format import Exercise
from backlit.exercises.grading.collect import NOT_CHOSEN
from backlit.exercises.grading.row import Grade

__all__ = ["not_kept_from", "summary", "summary_text"]

BAR = 30
MOST_NAMES = 12
PLACES = ("files", "network", "processes", "solutions")
UNREAD, SEVERAL = "no file to read", "several files, none chosen"
STOPPED, OPEN, UNNAMED = "did not run to its end", "left open", "wrong in no known way"


def summary(grades: Sequence[Grade], exercise: Exercise, points: float) -> dict[str, Any]:
    """Return the counts: mistakes (most common first), who made them, right values, points, what was not kept apart."""
    reached = [grade.report.points(points) for grade in grades]
    mistakes = Counter(mistake for grade in grades for mistake in grade.mistakes)
    unnamed = Counter(_unnamed(grade) for grade in grades if not grade.report.ok and not grade.mistakes)
    right = {
        value.name: sum(grade.report.verdicts[i].ok for grade in grades) for i, value in enumerate(exercise.values)
    }
    return {
        "submissions": len(grades),
        "right": sum(grade.report.ok for grade in grades),
        "mean": round(statistics.fmean(reached), 4) if reached else 0.0,
        "median": round(statistics.median(reached), 4) if reached else 0.0,
        "mistakes": _ranked(mistakes),
        "who": {
            mistake: [grade.name for grade in grades if mistake in grade.mistakes] for mistake in _ranked(mistakes)
        },
        "wrong_without_a_name": _ranked(unnamed),
        "right_values": right,
        "points": _distribution(reached, exercise, points),
        "not_kept_from": not_kept_from(grades),
    }


def not_kept_from(grades: Sequence[Grade]) -> list[str]:
    """Return what the system did not keep every submission from."""
    ran = [grade.report.isolation for grade in grades if grade.report.isolation]
    return [place for place in PLACES if any(place not in kept for kept in ran)]


def _ranked(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _unnamed(grade: Grade) -> str:
    """Return what is wrong with a submission in which no mistake was named."""
    report = grade.report
    statuses = {verdict.status for verdict in report.verdicts if not verdict.ok}
    if report.error:
        if statuses != {"not-read"} or report.seconds:
            return STOPPED
        return SEVERAL if NOT_CHOSEN in report.error else UNREAD
    return OPEN if statuses <= {"none", "missing"} else UNNAMED


def _distribution(reached: Sequence[float], exercise: Exercise, points: float) -> dict[str, int]:
    """Count the submissions by their points: a row for each that can be reached, or ten ranges where they are many."""
    n_values = len(exercise.values)
    alike = len({value.points for value in exercise.values}) == 1 and not exercise.follow_through
    if n_values <= 10 and alike:
        possible = [round(points * k / n_values, 4) for k in range(n_values + 1)]
        return {f"{p:.6g}": sum(abs(r - p) < 1e-9 * max(1, points) for r in reached) for p in reversed(possible)}
    edges = [points * k / 10 for k in range(11)]
    rows = {}
    for low, high in zip(reversed(edges[:-1]), reversed(edges[1:]), strict=True):
        last = high == edges[-1]
        inside = [r for r in reached if low <= r < high or (last and r >= high)]
        rows[f"{low:.6g} to {high:.6g}"] = len(inside)
    return rows


def summary_text(facts: Mapping[str, Any], points: float) -> str:
    """Return a summary for a terminal."""
    n = facts["submissions"]
    words = "submission" if n == 1 else "submissions"
    lines = [f"{n} {words}: {facts['right']} all right; points of {points:.6g}: mean {facts['mean']:.4g}, "]
    lines[0] += f"median {facts['median']:.4g}"
    lines += _bars("Mistakes", facts["mistakes"], n)
    lines += _bars("Wrong without a mistake's name", facts["wrong_without_a_name"], n)
    lines += _bars("Right values", facts["right_values"], n)
    lines += _bars("Points", facts["points"], n)
    if facts["who"]:
        lines += ["", "Who", *(f"  {mistake}: {_names(names)}" for mistake, names in facts["who"].items())]
    if facts["not_kept_from"]:
        lines += ["", f"This system did not keep the submissions from: {', '.join(facts['not_kept_from'])}."]
    return "\n".join(lines) + "\n"


def _names(names: Sequence[str]) -> str:
    """Return students' names for a terminal, the first ones where they are many; the tables have all."""
    shown = ["".join(c if c.isprintable() else " " for c in name) for name in names[:MOST_NAMES]]
    rest = [f"{len(names) - MOST_NAMES} more"] if len(names) > MOST_NAMES else []
    return ", ".join([*shown, *rest])


def _bars(title: str, counts: Mapping[str, int], n: int) -> list[str]:
    if not counts:
        return []
    width = max(map(len, counts))
    digits = len(str(max(counts.values())))
    rows = [
        f"  {name:<{width}}  {count:>{digits}}  {'█' * max(round(BAR * count / n), count > 0)}".rstrip()
        for name, count in counts.items()
    ]
    return ["", title, *rows]
