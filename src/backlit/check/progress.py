"""A line on standard error, now and then, while a mistake is looked for that takes more than a moment to find."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["looking_at", "progress"]

EVERY = 2.0
"""Seconds before the first line, and between lines."""
_due: ContextVar[float | None] = ContextVar("due", default=None)


@contextmanager
def progress() -> Iterator[None]:
    """Within, what is looked at is said once it takes long; an outer progress goes on in an inner one."""
    outer = _due.get()
    token = _due.set(outer if outer is not None else time.monotonic() + EVERY)
    try:
        yield
    finally:
        _due.reset(token)


def looking_at(what: str) -> None:
    """Say what is looked at now, if it is time to."""
    due, now = _due.get(), time.monotonic()
    if due is not None and now >= due and sys.stderr is not None:
        _due.set(now + EVERY)
        print(f"check: it is wrong; looking for the mistake: {what} ...", file=sys.stderr, flush=True)
