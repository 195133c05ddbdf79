"""What a model file says about how it was made, as plain values."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from backlit.tables.parquet_files import parquet_files_in
from backlit.tables.plan import Planned
from backlit.tables.scores import Score
from backlit.tables.settings import TableSettings, settings_record
from backlit.tables.split import Split
from backlit.training.history import History

__all__ = ["fingerprint", "record_of"]


def record_of(
    source: str,
    n_rows: int,
    settings: TableSettings,
    columns: Sequence[Planned],
    split: Split,
    history: History,
    scores: Sequence[Score],
) -> dict[str, Any]:
    """Return the record of a run: enough to repeat it, and to see how it went."""
    return {
        "settings": settings_record(settings),
        "source": {"name": source, "rows": n_rows, "sha256": fingerprint(source)},
        "columns": {column.name: column.words for column in columns},
        "rows": {"train": len(split.train), "validation": len(split.validation), "test": len(split.test)},
        "history": {
            "losses": list(history.losses),
            "validation_losses": list(history.validation_losses),
            "validation_scores": list(history.validation_scores),
            "learning_rates": list(history.learning_rates),
            "stopped_by": history.stopped_by,
            "seconds": history.seconds,
        },
        "scores": [asdict(score) for score in scores],
        "versions": _versions(),
    }


def fingerprint(source: str) -> str | None:
    """Return the SHA-256 of a table's file, or of a folder's Parquet files and their names; None for a bundled set."""
    path = Path(source)
    if path.is_dir():
        digests = [f"{file.relative_to(path)} {fingerprint(str(file))}" for file in parquet_files_in(path)]
        return hashlib.sha256("\n".join(digests).encode()).hexdigest()
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("numpy", "scikit-learn")}
