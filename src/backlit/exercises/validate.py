"""A teacher's exercise checked before learners meet it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from backlit.apart.limits import Limits
from backlit.errors import BacklitError
from backlit.exercises.follow import check_follow_through, places_to_follow
from backlit.exercises.format import Exercise
from backlit.exercises.mistake_format import ForeseenMistake
from backlit.exercises.network_map import check_network
from backlit.exercises.right import reference
from backlit.exercises.start import starter_text
from backlit.exercises.submission import check_trusted
from backlit.exercises.submission_report import SubmissionReport

__all__ = ["Validation", "validated"]


class Validation(NamedTuple):
    """What was checked of an exercise: (whether it holds, the words)."""

    name: str
    points: Sequence[tuple[bool, str]]

    @property
    def ok(self) -> bool:
        """Whether all holds."""
        return all(holds for holds, _ in self.points)

    def to_text(self) -> str:
        """Return the points for a terminal."""
        lines = [f"  {'✓' if holds else '✗'} {words}" for holds, words in self.points]
        return "\n".join([self.name, *lines]) + "\n"


def validated(exercise: Exercise, limits: Limits | None = None) -> Validation:
    """Check that the solution is right, the starter runs and is not, hints are there, and mistakes are named."""
    limits = limits or Limits()
    points = [(True, "exercise.toml can be read"), _hints(exercise)]
    try:
        if exercise.network is not None:
            check_network(exercise.network)
        reference(exercise)
    except BacklitError as error:
        return Validation(exercise.name, [*points, (False, str(error))])
    sources = [exercise.solution.encode(), starter_text(exercise).encode()]
    sources += [mistake.source for mistake in exercise.mistakes]
    solution, starter, *mistakes = check_trusted(sources, exercise, limits)
    points += [_solution(solution), _starter(starter)]
    if exercise.follow_through:
        points.append(_follow_through(exercise))
    points += [_mistake(mistake, report) for mistake, report in zip(exercise.mistakes, mistakes, strict=True)]
    if not exercise.mistakes:
        points.append(_no_mistakes(exercise))
    return Validation(exercise.name, points)


def _no_mistakes(exercise: Exercise) -> tuple[bool, str]:
    if exercise.network is None:
        return False, "mistakes: none are foreseen; what a learner may do wrong cannot be named"
    return True, f"mistakes: none are foreseen; the network's are told from {', '.join(exercise.network.names)}"


def _follow_through(exercise: Exercise) -> tuple[bool, str]:
    try:
        check_follow_through(exercise)
    except BacklitError as error:
        return False, str(error)
    return True, f"follow_through: from {', '.join(places_to_follow(exercise))}"


def _hints(exercise: Exercise) -> tuple[bool, str]:
    n = len(exercise.hints)
    return n > 0, f"hints: {n}" if n else "hints: none are there"


def _solution(report: SubmissionReport) -> tuple[bool, str]:
    wrong = [verdict.quantity for verdict in report.verdicts if not verdict.ok]
    if report.error:
        return False, f"solution.py {report.error}"
    return (
        not wrong,
        f"solution.py is not the same from run to run: {', '.join(wrong)}" if wrong else "solution.py is right",
    )


def _starter(report: SubmissionReport) -> tuple[bool, str]:
    if report.error:
        return False, f"starter.py does not run as it is: {report.error}"
    return not report.ok, "starter.py is right already" if report.ok else "starter.py runs, and is not right"


def _mistake(mistake: ForeseenMistake, report: SubmissionReport) -> tuple[bool, str]:
    place = mistake.place
    if report.ok:
        return False, f"{place} is right: its values are those of the solution"
    names = [finding.identifier for finding in report.findings]
    if names[:1] == [mistake.identifier] and not report.findings[0].alternatives:
        return True, f"{place} is named {mistake.identifier}"
    if mistake.identifier in names or (report.findings and mistake.identifier in report.findings[0].alternatives):
        tied = sorted({*names, *report.findings[0].alternatives} - {mistake.identifier})
        return False, f"{place} cannot be told from {', '.join(tied)}"
    return False, f"{place} is named {', '.join(names) or 'nothing'}, expected {mistake.identifier}"
