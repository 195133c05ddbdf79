"""What a person tells of a file: by options, or by a comment in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from backlit.equations.loss_table import find_loss
from backlit.errors import BacklitError, nearest, unknown_name

__all__ = ["Told", "check_told", "told_by_options", "told_of"]

ALL_NAMES = ("input", "weights", "gradients", "target")
MOST_SHOWN = 12
KEYS = ("input", "weights", "gradients", "target", "loss")
SQUARES = ("sum_squared_error", "half_mean_squared_error")


class Told(NamedTuple):
    """What a person told of a file: names of its arrays, and its loss."""

    input: str | None = None
    weights: tuple[str, ...] = ()
    gradients: tuple[str, ...] = ()
    target: str | None = None
    loss: str | None = None


def told_by_options(
    input_: str | None = None,
    weights: str | Sequence[str] | None = None,
    gradients: str | Sequence[str] | None = None,
    target: str | None = None,
    loss: str | None = None,
) -> Told:
    """Return what options tell; several names are a list, or text with commas between."""
    if loss is not None and loss not in SQUARES:
        find_loss(loss)
    return Told(input_, _names(weights), _names(gradients), target, loss)


def check_told(told: Told, known: Iterable[str]) -> None:
    """Raise BacklitError where a told name is none of those that are there."""
    names = sorted(set(known), key=lambda name: (not name.isidentifier(), len(name), name))
    for key in ALL_NAMES:
        value = getattr(told, key)
        for name in [value] if isinstance(value, str) else value or ():
            if name not in names:
                near = nearest(name, names)
                shown = dict.fromkeys([*([near] if near else []), *names[:MOST_SHOWN]])
                raise unknown_name(f"name told as {key}", name, shown)


def _names(given: str | Sequence[str] | None) -> tuple[str, ...]:
    if given is None:
        return ()
    parts = given.split(",") if isinstance(given, str) else given
    return tuple(name.strip() for name in parts if name.strip())


def told_of(comment: str, options: Told | None) -> Told:
    """Return what is told; an option comes before a comment such as "input X; weights W1, W2".

    Raises BacklitError for a word that is none of those, and a loss that is none.

    >>> told_of("input X; weights W1, W2; loss log_loss", None).weights
    ('W1', 'W2')
    """
    told = options or Told()
    for part in comment.split(";"):
        if not part.strip():
            continue
        key, _, value = part.strip().partition(" ")
        key = key.strip(":=")
        if key not in KEYS:
            raise unknown_name("word after '# backlit:'", key, KEYS)
        if getattr(told, key):
            continue
        names = tuple(name for name in re.split(r"[,\s]+", value.strip(" =:")) if name)
        if not names:
            raise BacklitError(f"'# backlit: {key}' needs a name behind it")
        change: dict[str, Any] = {key: names if key in ("weights", "gradients") else names[0]}
        told = told._replace(**change)
    if told.loss is not None and told.loss not in SQUARES:
        find_loss(told.loss)
    return told
