"""Recurrent networks, told by the lines of a file: a layer that takes its own earlier value."""

from __future__ import annotations

import ast
from collections.abc import Iterator

__all__ = ["RECURRENT", "recurrence"]

RECURRENT = (
    "This is a recurrent network: line {line} takes an earlier value of what it gives, `{earlier}`. Files with one are "
    "not judged; bl.check_layer checks the backward function of one of its steps, or of all steps together "
    "(docs/check.md)."
)
PRODUCTS = ("dot", "matmul", "einsum")
TOGETHER = ("vstack", "hstack", "concatenate", "column_stack", "row_stack", "append")


def recurrence(source: str) -> tuple[int, str] | None:
    r"""Return the line of a step through time, and what it takes of an earlier one; None where there is none.

    >>> recurrence("for t in range(9):\n    h = np.tanh(Wx @ x[t] + Wh @ h + b)")
    (2, 'h')
    >>> recurrence("for W, b in layers:\n    h = np.tanh(W @ h + b)") is None
    True
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    steps = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and _sums_arguments(node)}
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For | ast.While):
            found = next(_within(loop, steps), None)
            if found is not None:
                return found
    return None


def _within(loop: ast.For | ast.While, steps: dict[str, ast.FunctionDef]) -> Iterator[tuple[int, str]]:
    """Yield the steps through time in a loop."""
    given = list(_given(loop))
    for target, value in given:
        for own in _earlier(target, value):
            if any(_is_fed_back(terms, own) for terms in _sums(value)):
                yield value.lineno, ast.unparse(own)
            calls = [part for part in ast.walk(value) if isinstance(part, ast.Call)]
            if any(_called(call) in steps and own in call.args for call in calls):
                yield value.lineno, ast.unparse(own)
    names = {_base(target) for target, _ in given}
    for target, value in given:
        # what is put together of an input and an earlier result, and goes into weights
        together = isinstance(value, ast.Call) and _called(value) in TOGETHER
        parts = [p for p in ast.walk(value) if isinstance(p, ast.Name | ast.Subscript)] if together else []
        own_parts = [p for p in parts if _base(p) in names and _base(p) != _base(target)]
        used = any(_base(side) == _base(target) for _, other in given for pair in _products(other) for side in pair)
        # weights are made of their own values, not a state of what was put together
        later = [
            p
            for p in own_parts
            if any(_base(p) == _base(t) and v.lineno > value.lineno and not any(_earlier(t, v)) for t, v in given)
        ]
        if used and later and isinstance(value, ast.Call) and _called(value) != "append":
            yield value.lineno, ast.unparse(later[0])


def _given(loop: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what is assigned, or put into a list, and its value."""
    for part in ast.walk(loop):
        if isinstance(part, ast.Assign):
            for target in part.targets:
                if isinstance(target, ast.Tuple) and isinstance(part.value, ast.Tuple):
                    yield from zip(target.elts, part.value.elts, strict=False)
                elif isinstance(target, ast.Name | ast.Subscript):
                    yield target, part.value
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            yield from [(part.func.value, given) for given in part.args if part.func.attr == "append"]


def _base(node: ast.AST) -> str:
    """Return the name of a list or dict that a part is of, or a name itself; "" for anything else."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def _earlier(target: ast.expr, value: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of a value that are an earlier value of its target: h of h, hs[t - 1] of hs[t]."""
    listed = isinstance(target, ast.Subscript)
    for part in ast.walk(value):
        if not isinstance(part, ast.Name | ast.Subscript) or not _base(part) or _base(part) != _base(target):
            continue
        if not listed or (isinstance(part, ast.Subscript) and ast.unparse(part) != ast.unparse(target)):
            yield part


def _sums(value: ast.expr) -> Iterator[list[ast.expr]]:
    """Yield the terms of each sum."""
    for part in ast.walk(value):
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
            terms: list[ast.expr] = []
            rest: list[ast.expr] = [part]
            while rest:
                term = rest.pop()
                if isinstance(term, ast.BinOp) and isinstance(term.op, ast.Add):
                    rest += [term.left, term.right]
                else:
                    terms.append(term)
            yield terms


def _products(value: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield both sides of each product of matrices."""
    for part in ast.walk(value):
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.MatMult):
            yield part.left, part.right
        elif isinstance(part, ast.Call) and _called(part) in PRODUCTS and part.args:
            home = part.func.value if isinstance(part.func, ast.Attribute) else None
            if len(part.args) > 1:
                yield part.args[-2], part.args[-1]
            elif home is not None:
                yield home, part.args[0]


def _is_fed_back(terms: list[ast.expr], own: ast.expr) -> bool:
    """Say whether one term is a product with an earlier value, and another is a product without one."""
    products = [list(_products(term)) for term in terms]
    known = ast.unparse(own)
    with_own = [any(known in (ast.unparse(a), ast.unparse(b)) for a, b in pairs) for pairs in products if pairs]
    return True in with_own and False in with_own


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _sums_arguments(function: ast.FunctionDef) -> bool:
    """Say whether a function adds up products with two of its arguments: those of an input and of a state."""
    arguments = {argument.arg for argument in function.args.args}
    for part in ast.walk(function):
        for terms in _sums(part) if isinstance(part, ast.expr) else ():
            sides = [{ast.unparse(side) for pair in _products(term) for side in pair} & arguments for term in terms]
            if len(set().union(*sides)) > 1 and sum(bool(names) for names in sides) > 1:
                return True
    return False
