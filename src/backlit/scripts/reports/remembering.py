"""Steps of single numbers that are made of what remembers earlier ones: of a number alone no rule can be told."""

from __future__ import annotations

import ast
import re

from backlit.scripts.found.subject import Subject
from backlit.scripts.reports.names import code_at
from backlit.scripts.seen.claimed_names import RATE
from backlit.scripts.seen.spelled import is_together

__all__ = ["NOT_JUDGED_BY_NUMBERS", "remembering"]

NOT_JUDGED_BY_NUMBERS = "remember earlier steps, and of single numbers I cannot tell by which rule"


def remembering(subject: Subject, source: str) -> list[str]:
    """Return the names in the lines of the steps that are made of their own old values, such as velocities.

    Empty for a network that is not one of single numbers.
    """
    claims = subject.claims
    if not any(is_together(claim.variable.name) for claim in claims):
        return []
    own = {claim.variable.name for claim in claims}
    renewed = _renewed(source)
    words = " ".join(f"{claim.source} {code_at(source, claim.line)}" for claim in claims)
    names = dict.fromkeys(re.findall(r"[A-Za-z_][\w.]*(?:\[[^\]]*\])?", words))
    parts = {part for name in own for part in re.findall(r"[A-Za-z_][\w.]*(?:\[[^\]]*\])?", name)}
    return [name for name in names if name in renewed and name not in parts and name.rpartition(".")[2] not in parts]


def _renewed(source: str) -> set[str]:
    """Return the names that a file gives a value made of their old one, but for what is only added to them."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return set()
    found = set()
    for node in ast.walk(tree):
        for target in node.targets if isinstance(node, ast.Assign) else ():
            name = ast.unparse(target)
            value = node.value if isinstance(node, ast.Assign) else None
            # a rate that shrinks is multiplied
            summed = isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Sub)
            read = [ast.unparse(part) for part in ast.walk(value)] if value is not None and summed else []
            if name in read and not RATE.search(name.rpartition(".")[2]):
                found.add(name)
    return found
