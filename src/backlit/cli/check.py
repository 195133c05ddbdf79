"""``backlit check``: a script of one's own, its network found, its backward pass and update judged."""

from __future__ import annotations

from pathlib import Path

import click

from backlit.cli.fold import show_words
from backlit.cli.values import FiniteRange

__all__ = ["command"]

NOT_JUDGED = 2


@click.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--input", "input_", metavar="NAME", help="Array that holds the samples.")
@click.option("--weights", metavar="NAMES", help="Arrays of weights, with commas between.")
@click.option("--gradients", metavar="NAMES", help="Arrays of gradients, with commas between.")
@click.option("--target", metavar="NAME", help="Array that holds the targets.")
@click.option("--loss", metavar="LOSS", help="Loss that is minimised, such as log_loss.")
@click.option("--seconds", type=FiniteRange(0.1, 3600), default=0.5, show_default=True, help="Time that it may train.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(
    file: Path,
    input_: str | None,
    weights: str | None,
    gradients: str | None,
    target: str | None,
    loss: str | None,
    seconds: float,
    as_json: bool,
) -> int:
    """Check the backward pass in a script of your own.

    FILE is run in a process of its own, under limits; its network is found by its numbers, and its gradients and its
    update are judged. The names are those in FILE, and needed only where it is asked for them.
    """
    from backlit.scripts.check_file import check_script
    from backlit.scripts.seen.told import told_by_options

    told = told_by_options(input_, weights, gradients, target, loss)
    report = check_script(file, seconds=seconds, told=told)
    if as_json:
        click.echo(report.to_json(), nl=False)
    else:
        show_words(report.to_text())
        if report.status == "not-understood":
            _show_exercise(file)
    return {"right": 0, "wrong": 1}.get(report.status, NOT_JUDGED)


def _show_exercise(file: Path) -> None:
    """Say which exercise's values a file computes that could not be judged by itself."""
    from backlit.exercises.find import exercise_by_names

    exercise = exercise_by_names(file.read_bytes())
    if exercise is not None:
        show_words(
            f"\nIts names are those of the exercise {exercise.name}. If it is that one: "
            f"`backlit exercise check {file} --exercise {exercise.name}`"
        )
