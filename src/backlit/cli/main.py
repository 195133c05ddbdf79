"""The command line's entry: finds the verb, and turns every error into one sentence and an exit status."""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from collections.abc import Sequence

import click

from backlit.cli.examples import with_examples
from backlit.errors import BacklitError, printable, unknown_name

__all__ = ["main"]

# a verb's module is imported when the verb is used: `backlit explain` does not wait for the others
VERBS = {
    "explain": "backlit.cli.explain",
    "page": "backlit.cli.page",
    "check": "backlit.cli.check",
    "exercise": "backlit.cli.exercise",
    "train": "backlit.cli.train",
    "predict": "backlit.cli.predict",
    "export": "backlit.cli.export",
    "diagnose": "backlit.cli.diagnose",
    "doctor": "backlit.cli.doctor",
    "completion": "backlit.cli.completion",
}

BAD_INPUT, INTERRUPTED = 2, 130


class Verbs(click.Group):
    """A group whose commands live in modules of their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs' names."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a verb."""
        if cmd_name not in VERBS:
            raise unknown_name("command", cmd_name, VERBS)
        command: click.Command = importlib.import_module(VERBS[cmd_name]).command
        return with_examples(command, cmd_name)


@click.command(cls=Verbs, no_args_is_help=True)
@click.version_option(package_name="backlit")
def backlit() -> None:
    """Backpropagation you can see, check, train with and debug.

    \b
    Begin with
      backlit explain                      the lesson's worked example
      backlit page                         the same to step through, in a browser
      backlit exercise list                exercises, checked and with hints
      backlit train iris --target target   a table to a trained network
      backlit doctor                       what is installed, and what is missing
    Each verb's --help has examples.

    Results go to standard output, and all else to standard error. Exit status: 0 done, 1 something is wrong with what
    was checked, 2 bad input, 130 interrupted. COLUMNS is the width of lines, NO_COLOR switches colours off.
    """  # noqa: D301 - click takes \b for a paragraph to leave as it is


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 when done, 1 as the verb says, 2 for bad input, 130 when interrupted."""
    _make_printable()
    with warnings.catch_warnings():
        warnings.showwarning = _say
        status = _status(arguments)
    sys.exit(status)


def _status(arguments: Sequence[str] | None) -> int:
    try:
        result = backlit.main(args=arguments, prog_name="backlit", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "")
        return 0
    except click.MissingParameter as error:
        _tell(f"{error.format_message()}{_usage(error.ctx)}")
    except click.ClickException as error:
        _tell(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # the reader (such as `head`) has seen enough, for which click exits; Python would complain once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except BacklitError as error:
        _tell(str(error))
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        _tell(f"{place}{error.strerror or error}")
    except MemoryError:
        _tell("this network and data need more memory than there is; use smaller sizes")
    return BAD_INPUT


def _usage(ctx: click.Context | None) -> str:
    """How the verb is called, and where its examples are."""
    if ctx is None:
        return ""
    return f" {' '.join(ctx.get_usage().split())}; `{ctx.command_path} --help` has examples"


def _tell(message: str) -> None:
    # a file's name or a cell may hold what a terminal takes for an order
    click.echo(f"backlit: {printable(message)}", err=True)


def _say(message: Warning | str, *_: object, **__: object) -> None:
    """A warning is a line for a person, without the place in the code that it comes from."""
    click.echo(f"warning: {printable(str(message))}", err=True)


def _make_printable() -> None:
    """A terminal that has no Greek letters gets question marks instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
