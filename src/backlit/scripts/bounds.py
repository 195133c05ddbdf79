"""What a script may use that is run to be judged: what an exercise may, and more memory and disk."""

from __future__ import annotations

from backlit.apart.limits import Limits

__all__ = ["bounds_of"]


def bounds_of(seconds: float) -> Limits:
    """Return the limits of a run of so many seconds; of what it tells 48 MiB are read."""
    return Limits(
        wall_seconds=seconds,
        cpu_seconds=int(seconds) + 1,
        memory_megabytes=2048,
        disk_megabytes=128,
        file_megabytes=64,
        result_bytes=48 << 20,
    )
