"""How many threads a call may use."""

import os
from typing import Any

from backlit.errors import BacklitError
from backlit.validation import whole_number

__all__ = ["MOST_THREADS", "threads_wanted", "usable_processors"]

MOST_THREADS = 1024


def usable_processors() -> int:
    """Return the number of processors this process may use, by its affinity and its container's quota.

    OMP_NUM_THREADS, which joblib sets in its processes, lowers it.
    """
    import joblib  # slow to import, and needed only where something is trained

    count = int(joblib.cpu_count())
    limit = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]
    return min(count, int(limit)) if limit.isdecimal() and int(limit) > 0 else count


def threads_wanted(n_threads: Any) -> int:
    """Return the engine's word for a number of threads: that many, or, below 0, at most so many and what pays.

    >>> threads_wanted(2), threads_wanted(None) < 0
    (2, True)
    """
    if n_threads is None:
        return -min(usable_processors(), MOST_THREADS)
    wanted = whole_number(n_threads, "n_threads", 1)
    if wanted > MOST_THREADS:
        raise BacklitError(f"n_threads must be at most {MOST_THREADS}, got {wanted}")
    return wanted
