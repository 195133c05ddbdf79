"""What a constant factor may be: a number of samples, of outputs, a learning rate, or their inverse."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["meanings"]

NEAR = 1e-5


def meanings(ratio: float, sizes: Mapping[str, float]) -> str:
    """Return words for what a factor equals among sizes by their names, and their inverses; "" for none.

    >>> meanings(0.2, {"the number of samples": 5})
    ' (1 / 5: one over the number of samples)'
    """
    said = []
    for name, size in sizes.items():
        if size in (0, 1, -1):
            continue
        options = {f"{size:g}: {name}": size, f"1 / {size:g}: one over {name}": 1 / size}
        options |= {f"−{size:g}: minus {name}": -size, f"1 − {size:g}: one minus {name}": 1 - size}
        said += [words for words, value in options.items() if abs(ratio - value) <= NEAR * abs(value)]
    return f" ({'; or '.join(dict.fromkeys(said))})" if said else ""
