"""Masks that a file seems to draw in each pass, and that no array of it shows: then its gradients cannot be judged."""

from __future__ import annotations

import ast
import re

__all__ = ["UNSEEN", "line_of_masks"]

UNSEEN = "it seems to leave out units at random"
DRAWN = frozenset(("random", "rand", "uniform", "random_sample", "ranf"))
FLIPPED = frozenset(("binomial", "bernoulli"))
BITS = re.compile(r"\[(0|1|0\.0|1\.0|False|True), |2$")
"""What is drawn from, where that is 0 and 1."""
CALLED = re.compile(r"drop_?out|keep_?prob", re.IGNORECASE)


def line_of_masks(source: str, *, named: bool = False) -> int:
    r"""Return the line of a file that draws 0 or 1 for each of many, again and again; 0 where none does.

    That is in a loop, or in a function that one calls. With ``named``, what is called dropout counts too.

    >>> line_of_masks("for i in range(9):\n    h = f(x) * (rng.random(4) < 0.5)\n")
    2
    >>> line_of_masks("y = rng.random(4) < 0.5")
    0
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return 0
    drawn = (part for outer in _repeated(tree) for part in ast.walk(outer) if _draws(part))
    called = (part for part in ast.walk(tree) if named and CALLED.search(_name(part)))
    return next((part.lineno for part in (*drawn, *called) if isinstance(part, ast.expr)), 0)


def _repeated(tree: ast.AST) -> list[ast.stmt]:
    """Return the loops of a file, and the functions that are called within them."""
    functions = [part for part in ast.walk(tree) if isinstance(part, ast.FunctionDef)]
    found: list[ast.stmt] = [part for part in ast.walk(tree) if isinstance(part, ast.For | ast.While)]
    for outer in found:
        names = {_name(part.func) for part in ast.walk(outer) if isinstance(part, ast.Call)}
        # ``found`` grows while it is gone through
        found += [function for function in functions if function.name in names and function not in found]
    return found


def _draws(part: ast.AST) -> bool:
    """Say whether an expression draws 0 or 1 for each of many."""
    if isinstance(part, ast.Call):
        name, first = _name(part.func), ast.unparse(part.args[0]) if part.args else ""
        return name in FLIPPED or (name in ("choice", "randint", "integers") and bool(BITS.match(first)))
    if not isinstance(part, ast.Compare):
        return False
    calls = (call for call in ast.walk(part) if isinstance(call, ast.Call))
    return any(_name(call.func) in DRAWN for call in calls)


def _name(part: ast.AST) -> str:
    return part.attr if isinstance(part, ast.Attribute) else part.id if isinstance(part, ast.Name) else ""
