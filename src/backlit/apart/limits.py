"""Limits of a learner's process."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """What a file may use: time in seconds, memory and files in mebibytes, output kept in bytes.

    ``output_bytes`` are kept; a file that prints more than ``output_at_most`` is ended. ``result_bytes`` are read of
    what its process tells.
    """

    wall_seconds: float = 10.0
    cpu_seconds: int = 10
    memory_megabytes: int = 1024
    disk_megabytes: int = 64
    file_megabytes: int = 16
    processes: int = 64
    output_bytes: int = 64 << 10
    output_at_most: int = 16 << 20
    source_bytes: int = 1 << 20
    result_bytes: int = 1 << 20
