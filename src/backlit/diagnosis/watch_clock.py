"""How often a training may be looked at: looks take at most a share of its time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Clock"]

FIRST_GUESS = 0.003
"""Seconds that a look may take, before one was made."""

AROUND = 1.7
"""What a look costs in all over what this clock sees of it: the network is copied and checked for it outside, and the
training's own numbers have left the processor's caches. Measured: 1.6 ms where the clock saw 1.0."""


_wall, _processor = time.perf_counter, time.process_time


def _now() -> tuple[float, float]:
    """Seconds on the wall and of the processor: on a busy machine, or a GPU, they part."""
    return _wall(), _processor()


class Clock:
    """Keeps the time since training was first seen, and what looks took of it; both clocks must allow a look."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._begun: tuple[float, float] | None = None
        self._spent = [0.0, 0.0]
        self._last = [FIRST_GUESS, FIRST_GUESS]

    def start(self) -> None:
        """Begin, unless it has begun."""
        if self._begun is None:
            self._begun = _now()

    def allows(self) -> bool:
        """Say whether one more look as long as the last keeps within the share."""
        if self._begun is None:
            return False
        # the wall first: where it forbids a look, the processor's clock, which is dear to read, is not asked
        return self._within(0, _wall()) and self._within(1, _processor())

    def _within(self, which: int, now: float) -> bool:
        begun = 0.0 if self._begun is None else self._begun[which]
        return AROUND * (self._spent[which] + self._last[which]) <= self._share * (now - begun)

    @contextmanager
    def looking(self, *, part: bool = False) -> Iterator[None]:
        """Within, time is spent on a look; ``part``: what belongs to the next one."""
        began = _now()
        try:
            yield
        finally:
            took = [now - then for now, then in zip(_now(), began, strict=True)]
            self._spent = [spent + more for spent, more in zip(self._spent, took, strict=True)]
            if not part:
                self._last = took

    @property
    def share_spent(self) -> float:
        """The share of the processor's time since it began that was spent on looks, and around them."""
        elapsed = 0.0 if self._begun is None else _now()[1] - self._begun[1]
        return AROUND * self._spent[1] / elapsed if elapsed > 0 else 0.0
