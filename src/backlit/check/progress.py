"""A line on standard error, now and then, while a mistake is looked for that takes more than a moment to find."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

__all__ = ["looking_at", "progress", "waiting"]

EVERY = 2.0
"""Seconds before the first line, and between lines."""


@dataclass
class _Shown:
    """When the next line is due, and how it begins."""

    due: float
    words: str


_shown: ContextVar[_Shown | None] = ContextVar("shown", default=None)


@contextmanager
def progress(words: str = "it is wrong; looking for the mistake") -> Iterator[None]:
    """Within, what is looked at is said once it takes long; an outer progress goes on in an inner one."""
    token = _shown.set(_shown.get() or _Shown(time.monotonic() + EVERY, words))
    try:
        yield
    finally:
        _shown.reset(token)


def looking_at(what: str) -> None:
    """Say what is looked at now, if it is time to."""
    shown, now = _shown.get(), time.monotonic()
    if shown is not None and now >= shown.due and sys.stderr is not None:
        shown.due = now + EVERY
        print(f"check: {shown.words}: {what} ...", file=sys.stderr, flush=True)


@contextmanager
def waiting(words: str) -> Iterator[None]:
    """Within, it is said now and then what is waited for: what says nothing by itself."""
    over = threading.Event()

    def tell() -> None:
        while not over.wait(EVERY):
            if sys.stderr is not None:
                print(f"check: {words} ...", file=sys.stderr, flush=True)

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()
