"""Arrays that look like biases, and that the file never reads: no layer has them."""

from __future__ import annotations

import ast
from dataclasses import replace

from backlit.scripts.found.claimed import Claim
from backlit.scripts.found.subject import Subject

__all__ = ["numbers_in", "without_unused"]


def without_unused(subject: Subject, source: str) -> Subject:
    """Return what was understood without biases of 0 whose name stands in the file only where it is assigned.

    Numbers cannot tell them: a sum is the same with a 0 added or without.
    """
    read = _read_names(source)
    if read is None:
        return subject
    links = list(subject.found.links)
    biases = list(subject.biases)
    for index, claim in enumerate(biases):
        if claim is not None and not links[index].ones and _idle(claim, read):
            links[index] = links[index]._replace(bias=None)
            biases[index] = None
    return subject._replace(found=replace(subject.found, links=tuple(links)), biases=biases)


def numbers_in(source: str) -> tuple[float, ...]:
    """Return the numbers with a point that stand in a file.

    >>> numbers_in("loss = mse + 0.05 * (W ** 2).sum() / 3")
    (0.05,)
    """
    try:
        parts = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError):
        return ()
    return tuple(dict.fromkeys(p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, float)))


def _idle(claim: Claim, read: set[str]) -> bool:
    variable = claim.variable
    idle = not claim.known and not variable.value.any()
    return idle and variable.name.isidentifier() and variable.name not in read


def _read_names(source: str) -> set[str] | None:
    """Return the names that a file reads, or None where it is not known."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    names = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
    return names if source.strip() else None
