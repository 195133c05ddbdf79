"""Requests to end: Ctrl-C, SIGTERM, and a terminal that closes."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["interrupted_by_signals", "interruptions_noted"]


@contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """Within, a request to end (SIGTERM, or a terminal that closes) is an interruption like Ctrl-C."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    with _signals_go_to(interrupt, "SIGTERM", "SIGHUP"):
        yield


@contextmanager
def interruptions_noted() -> Iterator[Callable[[], bool]]:
    """Within, a first interruption is noted, for the function given to say so, and a second interrupts at once.

    An interruption amid a thread's lock would leave it locked, and others waiting for it for ever.
    """
    noted: list[int] = []

    def note(number: int, frame: object) -> None:
        if noted:
            raise KeyboardInterrupt
        noted.append(number)

    with _signals_go_to(note, "SIGINT", "SIGTERM", "SIGHUP"):
        yield lambda: bool(noted)


@contextmanager
def _signals_go_to(handler: Callable[[int, object], None], *names: str) -> Iterator[None]:
    numbers = [number for name in names if (number := getattr(signal, name, None)) is not None]
    try:
        before = {number: signal.signal(number, handler) for number in numbers}
    except ValueError:
        # not the main thread: a signal's end stays what it was
        before = {}
    try:
        yield
    finally:
        for number, was in before.items():
            signal.signal(number, was)
