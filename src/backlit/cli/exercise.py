"""``backlit exercise``: exercises to start, check and be helped with, and the check of a teacher's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlit.cli.fold import show_words
from backlit.cli.grade import grade
from backlit.cli.values import FiniteRange
from backlit.cli.write import keep_what_is_there
from backlit.errors import BacklitError, unknown_name

if TYPE_CHECKING:
    from backlit.exercises import Exercise, SubmissionReport

__all__ = ["command"]

FILE = click.argument("file", type=click.Path(path_type=Path))
WHICH = click.option("--exercise", "which", metavar="NAME", help="Exercise, or its folder [default: FILE says].")


class _Parts(click.Group):
    """A group that answers an unknown name with the nearest one."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; raises BacklitError for a name that is none."""
        if cmd_name not in self.commands:
            raise unknown_name("command of backlit exercise", cmd_name, self.commands)
        return super().get_command(ctx, cmd_name)


@click.group("exercise", cls=_Parts, short_help="Exercises: start, check, hint; grade a class.", no_args_is_help=True)
def command() -> None:
    """Exercises in backpropagation: start one, check it, and be told what went wrong."""


command.add_command(grade)


@command.command("list")
def list_() -> None:
    """List the exercises."""
    from backlit.exercises import all_exercises

    exercises = all_exercises()
    width = max(len(exercise.name) for exercise in exercises)
    for exercise in exercises:
        show_words(f"{exercise.name:<{width}}  {exercise.title}")
        show_words(f"{'':<{width}}  {exercise.summary}")
    click.echo("\nBegin with `backlit exercise start NAME`.")


@command.command("start", short_help="Write an exercise's starter file or notebook.")
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="File to write [default: NAME.py].")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def start(name: str, out: Path | None, force: bool) -> None:
    """Write an exercise's starter file, or notebook where --out ends in .ipynb.

    It runs as it is, and its TODOs are yours. NAME is one of `backlit exercise list`, a folder, or a pack.
    """
    from backlit.exercises import find_exercise
    from backlit.exercises.start import starter_file
    from backlit.files.atomic import write_whole

    exercise = find_exercise(name)
    out = Path(f"{exercise.name.replace('-', '_')}.py") if out is None else out
    # lexists: a link that leads nowhere is there too
    if os.path.lexists(out) and not force:
        raise BacklitError(f"{out} is there already; give --force to replace it, or another --out")
    write_whole(out, starter_file(exercise, out).encode())
    show_words(f"wrote {out}\n", err=True)
    show_words(f"{exercise.text}\n\n")
    show_words(f"Check it by `backlit exercise check {out}`; be helped by `backlit exercise hint {out}`.")


@command.command("check")
@FILE
@WHICH
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--seconds", type=FiniteRange(0.1, 3600), default=10.0, show_default=True, help="Time it may take.")
def check(file: Path, which: str | None, as_json: bool, seconds: float) -> int:
    """Check what you wrote.

    The exit status is 0 if all is right, 1 if not. The file runs in a process of its own, under limits.
    """
    from backlit.exercises import Limits, check_submission

    exercise = _exercise(file, which)
    limits = Limits(wall_seconds=seconds, cpu_seconds=int(seconds) + 1)
    report = _after_hints(check_submission(file, exercise, limits), file, exercise)
    if as_json:
        click.echo(report.to_json(), nl=False)
    else:
        show_words(report.to_text())
        if report.ok:
            show_words(f"\nAll right.{_next(exercise)}")
    return 0 if report.ok else 1


def _after_hints(report: SubmissionReport, file: Path, exercise: Exercise) -> SubmissionReport:
    """Return the report without what to write instead, until all hints were given."""
    from backlit.exercises.hints import hints_seen
    from backlit.exercises.instead import withheld

    seen, hints = hints_seen(file, exercise), len(exercise.hints)
    if seen == hints:
        return report
    some = f"{seen} of {hints} so far" if seen else f"{hints} of them"
    return withheld(report, f"What to write instead is told after the hints ({some}): `backlit exercise hint {file}`")


def _next(exercise: Exercise) -> str:
    """The words that name the exercise after one of backlit's, "" after the last and after a teacher's own."""
    from backlit.exercises import all_exercises

    exercises = all_exercises()
    names = [other.name for other in exercises]
    at = names.index(exercise.name) + 1 if exercise.name in names else len(names)
    return f" The next one: `backlit exercise start {names[at]}`" if at < len(names) else ""


@command.command("hint")
@FILE
@WHICH
@click.option("--number", type=int, metavar="N", help="Hint to give [default: the next one].")
def hint(file: Path, which: str | None, number: int | None) -> None:
    """Give one more hint, a step further each time.

    How far you are is kept in .backlit-hints.json beside FILE.
    """
    from backlit.exercises.hints import next_hint

    show_words(_wrapped(next_hint(file, _exercise(file, which), number)))


@command.command("solution", short_help="Print the solution of an exercise.")
@click.argument("name")
def solution(name: str) -> None:
    """Print the solution of an exercise: its name, or a file that was started from it."""
    from backlit.exercises import exercise_of_file, find_exercise

    exercise = exercise_of_file(Path(name)) if name.endswith((".py", ".ipynb")) else find_exercise(name)
    _check_has_solution(exercise)
    click.echo(exercise.solution, nl=False)


@command.command("pack", short_help="Write an exercise as one file, without its solution.")
@click.argument("folder")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="File to write [default: by the folder].")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def pack(folder: str, out: Path | None, force: bool) -> None:
    """Write an exercise as one file to hand out, without its solution.

    It holds the task, the starter, the hints, and what the check needs: the right values, and those of the foreseen
    mistakes, coded. Students give it where an exercise's name stands: `backlit exercise start FILE`. Who takes the
    trouble can read the values, so give marks by the folder (`backlit exercise grade`).
    """
    from backlit.exercises import find_exercise
    from backlit.exercises.pack import PACK_SUFFIX, pack_text
    from backlit.exercises.right import given_values
    from backlit.files.atomic import write_whole

    exercise = find_exercise(folder)
    _check_has_solution(exercise)
    out = Path(f"{exercise.name}{PACK_SUFFIX}") if out is None else out
    if out.suffix != ".json":
        raise BacklitError(f"--out: expected a file that ends in .json, got '{out.name}'")
    text = pack_text(exercise, given_values(exercise))
    keep_what_is_there(out, force)
    write_whole(out, text.encode())
    show_words(f"wrote {out}; students begin by `backlit exercise start {out.name}`", err=True)


def _check_has_solution(exercise: Exercise) -> None:
    if exercise.given:
        raise BacklitError(f"{exercise.folder}: a pack has no solution; expected the folder that it was made of")


@command.command("validate")
@click.argument("folder")
def validate(folder: str) -> int:
    """Check an exercise that a teacher wrote.

    Its solution must be right, its starter run and not be right, and each of its mistakes be named.
    """
    from backlit.exercises import find_exercise
    from backlit.exercises.validate import validated

    exercise = find_exercise(folder)
    _check_has_solution(exercise)
    result = validated(exercise)
    show_words(result.to_text())
    return 0 if result.ok else 1


@command.command("isolation", short_help="Say what a submission is kept from here.")
def isolation() -> int:
    """Say what this system keeps a submission from: a file that tries is run.

    The exit status is 0 if all of it holds, 1 if not.
    """
    from backlit.apart.probe import promises_tried

    promises = promises_tried()
    click.echo("Tried here, by a file run apart. A submission")
    for promise in promises:
        show_words(f"  {'✓' if promise.holds else '✗'} {promise.words}")
    if not all(promise.holds for promise in promises):
        click.echo(
            "What has no ✓ it can do: grade on a system that has namespaces or Landlock, or a machine of its own."
        )
    return 0 if all(promise.holds for promise in promises) else 1


def _wrapped(text: str) -> str:
    import textwrap
    from functools import partial

    wrap = partial(textwrap.fill, width=100, break_long_words=False, break_on_hyphens=False)
    return "\n\n".join(map(wrap, text.split("\n\n")))


def _exercise(file: Path, which: str | None) -> Exercise:
    """Return the exercise that is meant; raises BacklitError for a file that cannot be read, whatever it is for."""
    from backlit.exercises import exercise_of_file, find_exercise

    if not file.is_file():
        if not file.exists():
            raise BacklitError(f"{file}: there is no such file")
        raise BacklitError(
            f"{file}: expected a Python file, {'is a folder' if file.is_dir() else 'is no file of text'}"
        )
    return exercise_of_file(file) if which is None else find_exercise(which)
