"""One fit of an estimator at a time: two threads that fit the same object would mix their parameters.

And one that is refused before its first step leaves the estimator as it was: classes, units and parameters.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from backlit.errors import BacklitError

__all__ = ["as_it_was_where_refused", "one_fit_at_a_time"]

# by the object's id: an attribute of its own would be copied and pickled with the estimator
_fitted_by: dict[int, int] = {}
_lock = threading.Lock()


@contextmanager
def one_fit_at_a_time(mlp: Any) -> Iterator[None]:
    """Keep an estimator to the thread that fits it; raises BacklitError where that is another one."""
    thread, outermost = threading.get_ident(), False
    with _lock:
        if _fitted_by.get(id(mlp), thread) != thread:
            raise BacklitError(
                f"{type(mlp).__name__} is being fitted by another thread: expected one fit at a time of an estimator; "
                "give each thread an estimator of its own, as sklearn.base.clone makes them"
            )
        outermost = id(mlp) not in _fitted_by
        _fitted_by[id(mlp)] = thread
    try:
        yield
    finally:
        if outermost:
            with _lock:
                del _fitted_by[id(mlp)]


@contextmanager
def as_it_was_where_refused(mlp: Any) -> Iterator[None]:
    """Within, an error gives an estimator back the attributes it had: those of the fit before, or none."""
    before = dict(vars(mlp))
    try:
        yield
    except BaseException:
        # what scikit-learn notes of running callbacks stays its own
        now = {name: value for name, value in vars(mlp).items() if name.startswith("_callback") or "_skl_" in name}
        vars(mlp).clear()
        vars(mlp).update(before | now)
        raise
