"""The options that describe a network and its sample: the same for every verb that shows a backward pass."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = ["case_options", "option_name"]

Command = TypeVar("Command", bound=Callable[..., Any])

OPTIONS = (
    click.option("--input", "inputs", metavar="NUMBERS", help="The sample's inputs, such as 0.1,0.3."),
    click.option("--target", metavar="NUMBERS", help="Its target: a number, numbers, or a class counted from 0."),
    click.option("--data", type=click.Path(path_type=Path), metavar="FILE", help="CSV file to take the sample from."),
    click.option("--row", type=int, metavar="N", help="Which row of --data, from 1 [default: 1]."),
    click.option("--target-column", metavar="NAME", help="Target column of --data [default: target, or the last]."),
    click.option("--sizes", metavar="N-N-N", help="Units from input to output, such as 2-3-1: random weights."),
    click.option("--weights", metavar="JSON", help="Weights, one array a layer: [[[0.4], [-0.2]], [[0.1]]]."),
    click.option("--biases", metavar="JSON", help="Biases, one list a layer, or true or false."),
    click.option("--activation", metavar="NAME", help="Activation of the hidden layers."),
    click.option("--output", metavar="NAME", help="Activation of the output layer."),
    click.option("--loss", metavar="NAME", help="The loss."),
    click.option("--initializer", metavar="NAME", help="How random weights are drawn."),
    click.option("--seed", type=int, metavar="N", help="Seed of random weights."),
    click.option("--learning-rate", type=float, metavar="RATE", help="Size of the step."),
)


def case_options(command: Command) -> Command:
    """Give a verb these options, in this order."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def option_name(key: str) -> str:
    """Return how an option is written that a verb gets by the name ``key``."""
    return "--input" if key == "inputs" else f"--{key.replace('_', '-')}"
