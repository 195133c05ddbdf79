"""Ctrl-C during training: the first one asks to stop at the next batch, the second one stops at once."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["interrupt_watched"]


@contextmanager
def interrupt_watched() -> Iterator[Callable[[], bool]]:
    """Within, the first SIGINT is only remembered; the value given says whether it came. A second one raises.

    The handler that was there before comes back at the end, whatever happens. In other threads than the main one,
    which cannot set handlers, and where SIGINT is ignored, nothing is changed.

    >>> with interrupt_watched() as interrupted:
    ...     interrupted()
    False
    """
    came: list[int] = []
    before = signal.getsignal(signal.SIGINT)

    def remember(number: int, frame: FrameType | None) -> None:
        came.append(number)
        if len(came) > 1:
            raise KeyboardInterrupt

    in_main_thread = threading.current_thread() is threading.main_thread()
    # None: a handler set by other than Python code, which signal.signal could not bring back
    if not in_main_thread or before in (None, signal.SIG_IGN):
        yield lambda: False
        return
    signal.signal(signal.SIGINT, remember)
    try:
        yield lambda: bool(came)
    finally:
        signal.signal(signal.SIGINT, before)
