"""``backlit exercise grade``: many submissions at once, into tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from backlit.cli.fold import show_words
from backlit.cli.signals import interrupted_by_signals, interruptions_noted
from backlit.cli.values import FiniteRange
from backlit.errors import BacklitError

if TYPE_CHECKING:
    from backlit.exercises import Exercise, Limits
    from backlit.exercises.grading import Grade, Journal, Submission

__all__ = ["grade"]

PATH = click.Path(path_type=Path)
FORMS = (".csv", ".json")


class _Wanted(NamedTuple):
    """What is asked for, apart from the exercise."""

    outs: tuple[Path, ...]
    points: float
    jobs: int
    again: bool
    force: bool


@click.command("grade", short_help="Grade a folder of submissions.")
@click.argument("folder", type=PATH)
@click.option("--exercise", "which", metavar="NAME", required=True, help="Exercise, or its folder.")
@click.option(
    "--out", "outs", multiple=True, type=PATH, metavar="FILE", help="Table to write, .csv or .json; repeatable."
)
@click.option("--gradescope", type=PATH, metavar="FILE", help="results.json to write; FOLDER is then one submission.")
@click.option(
    "--points", type=FiniteRange(0, 1e9, min_open=True), help="Of all right [default: as the exercise says, or 1]."
)
@click.option(
    "--follow-through",
    type=FiniteRange(0, 1),
    metavar="SHARE",
    help="Of the points, for a right step from an own wrong value [default: as the exercise says, or 0].",
)
@click.option("--file", metavar="NAME", help="File to take from each student's folder.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Submissions at a time [default: the number of cores].")
@click.option("--seconds", type=FiniteRange(0.1, 3600), default=10.0, show_default=True, help="Time each may take.")
@click.option("--visibility", default="visible", show_default=True, help="When Gradescope shows the results.")
@click.option("--again", is_flag=True, help="Grade all again, also what an earlier run graded.")
@click.option("--force", is_flag=True, help="Replace a table that was changed since, or is not from here.")
def grade(
    folder: Path,
    which: str,
    outs: tuple[Path, ...],
    gradescope: Path | None,
    points: float | None,
    follow_through: float | None,
    file: str | None,
    jobs: int | None,
    seconds: float,
    visibility: str,
    again: bool,
    force: bool,
) -> None:
    """Grade a folder of submissions: a .py or .ipynb file, or a folder, for each student.

    Each runs in a process of its own, under limits. What was graded is kept beside the first table, in FILE.journal:
    after an interruption the same command goes on, and only what changed is graded again.
    """
    from backlit.exercises import Limits, find_exercise

    exercise = _allowing(find_exercise(which), follow_through)
    points = _points_of(exercise) if points is None else points
    if not folder.exists():
        raise BacklitError(f"{folder}: there is no such folder")
    _suffixes_fit(outs, gradescope)
    limits = Limits(wall_seconds=seconds, cpu_seconds=int(seconds) + 1)
    if gradescope is not None:
        _grade_for_gradescope(folder, exercise, limits, gradescope, points, file, visibility)
        return
    wanted = _Wanted(outs, points, jobs or _cores(), again, force)
    submissions, ignored = _collected(folder, exercise, file, _ours(outs))
    with interrupted_by_signals():
        grades = _graded(folder, exercise, limits, submissions, ignored, wanted)
    _tell(grades, exercise, ignored, points)


def _suffixes_fit(outs: Sequence[Path], gradescope: Path | None) -> None:
    if not outs and gradescope is None:
        raise BacklitError("expected a file to write the grades to, such as --out grades.csv")
    if outs and gradescope is not None:
        raise BacklitError("--out is for many submissions, --gradescope for one: expected one of them, got both")
    for out in outs:
        if out.suffix.lower() not in FORMS:
            raise BacklitError(f"{out}: expected a name that ends in .csv or .json")
        if out.is_dir():
            raise BacklitError(f"{out}: expected a file to write to, got a folder")


def _points_of(exercise: Exercise) -> float:
    """Return what an exercise says that all of it is worth: 1 where it says nothing."""
    points = [value.points for value in exercise.values]
    return 1.0 if set(points) == {1.0} else sum(points)


def _allowing(exercise: Exercise, follow_through: float | None) -> Exercise:
    """Return the exercise with another share for right steps from wrong values; raises where it can have none."""
    exercise = exercise if follow_through is None else replace(exercise, follow_through=follow_through)
    if not exercise.follow_through:
        return exercise
    from backlit.exercises.follow import check_follow_through

    check_follow_through(exercise)
    return exercise


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _expected(exercise: Exercise) -> str:
    """Return the name of the file that ``backlit exercise start`` writes."""
    return f"{exercise.name.replace('-', '_')}.py"


def _ours(outs: Sequence[Path]) -> list[Path]:
    return [*outs, *(_journal_of(out) for out in outs[:1])]


def _journal_of(out: Path) -> Path:
    return out.with_name(f"{out.name}.journal")


def _collected(
    folder: Path, exercise: Exercise, file: str | None, ours: Sequence[Path]
) -> tuple[list[Submission], list[str]]:
    from backlit.exercises.grading import Submission, collected

    if folder.is_dir():
        return collected(folder, _expected(exercise), file, ours)
    return [Submission(folder.stem, folder.resolve(), folder.name)], []


def _graded(
    folder: Path,
    exercise: Exercise,
    limits: Limits,
    submissions: Sequence[Submission],
    ignored: Sequence[str],
    wanted: _Wanted,
) -> list[Grade]:
    """Grade and write the tables; what was graded before an interruption stays in the journal."""
    from backlit.exercises.grading import grade_all, journal
    from backlit.exercises.grading.hiding import hidden_paths
    from backlit.exercises.right import reference

    # before anything is written: the exercise must run here
    reference(exercise)
    path = _journal_of(wanted.outs[0])
    with journal(path) as kept:
        _may_be_replaced(kept, wanted)
        if kept.foreign:
            click.echo(
                f"{path}: {len(kept.foreign)} lines were not signed by you on this system, the first is line "
                f"{kept.foreign[0]}; what they tell is graded again",
                err=True,
            )
        try:
            with interruptions_noted() as interrupted, _progress(len(submissions)) as seen:
                grades = grade_all(
                    submissions,
                    exercise,
                    limits,
                    jobs=min(wanted.jobs, len(submissions)),
                    kept=kept,
                    again=wanted.again,
                    hidden=hidden_paths(folder, _ours(wanted.outs)),
                    seen=seen,
                    interrupted=interrupted,
                )
        except KeyboardInterrupt:
            click.echo(f"what was graded so far is kept in {path}; the same command goes on from there", err=True)
            raise
        _write(kept, grades, exercise, ignored, wanted)
    return grades


def _may_be_replaced(kept: Journal, wanted: _Wanted) -> None:
    for out in wanted.outs:
        if out.is_file() and not wanted.force and not kept.wrote(out):
            raise BacklitError(
                f"{out} is there already, and not as a run of this command left it; give --force to replace it, or "
                "another --out"
            )


def _write(kept: Journal, grades: Sequence[Grade], exercise: Exercise, ignored: Sequence[str], wanted: _Wanted) -> None:
    from backlit.exercises.grading import grades_csv, grades_json
    from backlit.files.atomic import write_whole

    for out in wanted.outs:
        if out.suffix.lower() == ".csv":
            content = grades_csv(grades, exercise, wanted.points)
        else:
            content = grades_json(grades, exercise, wanted.points, ignored)
        kept.note_written(content)
        write_whole(out, content)
        click.echo(f"wrote {out}", err=True)


def _tell(grades: Sequence[Grade], exercise: Exercise, ignored: Sequence[str], points: float) -> None:
    from backlit.exercises.grading import summary_text
    from backlit.exercises.grading.run import NOT_RUN
    from backlit.exercises.grading.summary import summary

    before = sum(grade.before for grade in grades)
    if before:
        click.echo(f"{before} of {len(grades)} are as an earlier run graded them", err=True)
    if ignored:
        more = f" and {len(ignored) - 5} more" if len(ignored) > 5 else ""
        click.echo(f"not graded, as they are no Python files or notebooks: {', '.join(ignored[:5])}{more}", err=True)
    failed = sum(grade.report.error.startswith(NOT_RUN) for grade in grades)
    if failed:
        click.echo(f"{failed} could not be run on this system now; the same command tries them again", err=True)
    show_words(f"{exercise.name}: {summary_text(summary(grades, exercise, points), points)}")


def _grade_for_gradescope(
    folder: Path,
    exercise: Exercise,
    limits: Limits,
    out: Path,
    points: float,
    file: str | None,
    visibility: str,
) -> None:
    from backlit.errors import unknown_name
    from backlit.exercises.grading import Submission, grade_all, gradescope_json, one_submission
    from backlit.exercises.grading.gradescope import VISIBILITIES
    from backlit.exercises.grading.hiding import hidden_paths
    from backlit.exercises.grading.summary import not_kept_from
    from backlit.exercises.right import reference
    from backlit.files.atomic import write_whole

    if visibility not in VISIBILITIES:
        raise unknown_name("visibility", visibility, VISIBILITIES)
    if folder.is_dir():
        submission = one_submission(folder.resolve(), _expected(exercise), file)
    else:
        submission = Submission(folder.stem, folder.resolve(), folder.name)
    # those of other students may lie beside it
    hidden = hidden_paths(folder.resolve().parent, [out])
    with interrupted_by_signals():
        reference(exercise)
        with interruptions_noted() as interrupted:
            (result,) = grade_all(
                [submission], exercise, limits, jobs=1, hidden=hidden, interrupted=interrupted, for_students=True
            )
    write_whole(out, gradescope_json(result, points, visibility))
    click.echo(f"wrote {out}", err=True)
    if open_to := not_kept_from([result]):
        click.echo(f"this system did not keep the submission from: {', '.join(open_to)}", err=True)
    show_words(result.report.to_text())


@contextmanager
def _progress(n: int) -> Iterator[Callable[[Grade], None]]:
    """Within, the function given moves a bar on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("graded"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("left"))
    display = Progress(*columns, console=console)
    with display if console.is_terminal else nullcontext():
        task = display.add_task("graded", total=n)
        yield lambda grade: display.advance(task)
