"""Which functions of a file may make a step: they change what is not their own, or call one that does.

Standard library only.
"""

import ast


def updaters_of(tree):
    """Return the names of such functions and methods.

    Such as ``step`` in ``def step(x): w[0] -= x``, and ``run`` in ``def run(): step(1)``.
    """
    functions = [part for part in ast.walk(tree) if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))]
    found = {function.name for function in functions if _changes(function)}
    while True:
        more = {function.name for function in functions if calls_any(function, found)} - found
        if not more:
            return frozenset(found)
        found |= more


def calls_any(node, names):
    """Say whether a function or method of one of these names is called in a part of a file."""
    calls = (part.func for part in ast.walk(node) if isinstance(part, ast.Call))
    return any(getattr(called, "attr", getattr(called, "id", None)) in names for called in calls)


def _changes(function):
    """Say whether a function assigns to more than its own names, or adds to one of its arguments."""
    given = {part.arg for part in ast.walk(function.args) if isinstance(part, ast.arg)}
    for part in ast.walk(function):
        if isinstance(part, (ast.Global, ast.Nonlocal)):
            return True
        if isinstance(part, ast.AugAssign) and (not isinstance(part.target, ast.Name) or part.target.id in given):
            return True
        if isinstance(part, ast.Assign) and any(map(_is_part, part.targets)):
            return True
    return False


def _is_part(target):
    """Say whether a target is, or holds, a part of something: an attribute, or what stands under an index."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return any(map(_is_part, target.elts))
    return isinstance(target, (ast.Attribute, ast.Subscript))
