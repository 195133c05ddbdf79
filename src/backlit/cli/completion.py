"""``backlit completion``: the script by which a shell completes verbs, options and files."""

from __future__ import annotations

import click

__all__ = ["command"]

SHELLS = ("bash", "zsh", "fish")


@click.command("completion", short_help="Print the script for a shell's completion.")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the script that lets a shell complete backlit's verbs, options and files.

    For every shell that is opened, put the line into its file: ~/.bashrc, or ~/.zshrc with `zsh`. For fish, write the
    script to ~/.config/fish/completions/backlit.fish.
    """
    from click.shell_completion import get_completion_class

    from backlit.cli.main import backlit

    kind = get_completion_class(shell)
    if kind is not None:
        # the script alone: `source()` would first run the shell to ask for its version
        completion = kind(backlit, {}, "backlit", "_BACKLIT_COMPLETE")
        click.echo(completion.source_template % completion.source_vars())
