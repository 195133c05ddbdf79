"""A line in the terminal that tells which experiment is running."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["status_shown"]


@contextmanager
def status_shown(wanted: bool) -> Iterator[Callable[[str], None]]:
    """Within, the function given shows what is being tried on standard error, or nothing where it is not wanted."""
    if not wanted:
        yield lambda words: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.completed} experiments, trying: {task.description}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as display:
        task = display.add_task("as it is", total=None)

        def told(words: str) -> None:
            display.update(task, description=words[:100], advance=1)

        yield told
