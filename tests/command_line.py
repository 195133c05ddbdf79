"""The command line run in this process, and the files its tests give it."""

import contextlib
import io
from typing import NamedTuple

import pytest

from backlit.cli import main

CASE = "sizes = [3, 4, 2]\ninput = [0.5, 0.1, -0.2]\ntarget = [1, 0]\n"
"""A whole case of three lines: what a test adds stands on line 4."""


class Result(NamedTuple):
    """What a command left: its exit status, and what it printed."""

    status: int
    out: str
    err: str


def run(*arguments: object) -> Result:
    """Run ``backlit explain`` with arguments."""
    return backlit("explain", *arguments)


def backlit(*arguments: object) -> Result:
    """Run ``backlit`` with arguments."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as exit_:
        main([str(argument) for argument in arguments])
    return Result(exit_.value.code, out.getvalue(), err.getvalue())


def assert_one_sentence(message: str) -> None:
    """Check that an error's message is one short line for a person."""
    assert message.strip()
    assert "\n" not in message, message
    assert len(message) < 400, message
    assert "Traceback" not in message
    assert "Error(" not in message


def assert_refused(result: Result, *parts: str) -> None:
    """Check that a command refused its input: status 2, one sentence with all the parts, and nothing else."""
    assert result.status == 2, result
    assert result.out == ""
    assert result.err.startswith("backlit: ")
    assert result.err.endswith("\n")
    assert_one_sentence(result.err[:-1])
    for part in parts:
        assert part in result.err, result.err
