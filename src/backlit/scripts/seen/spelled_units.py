"""Units that a file spells out: ``h1 = sigmoid(w1 * x1 + w2 * x2 + b1)``, read from its lines."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from typing import NamedTuple

__all__ = ["Layer", "layers_of", "plain"]

MOST_UNITS = 200


class Unit(NamedTuple):
    """One sum of products, in ``scope``; ``target`` is what it, or what is made of it alone, is called."""

    scope: str
    line: int
    target: str
    inputs: tuple[str, ...]
    weights: tuple[str, ...]
    bias: str | None


class Layer(NamedTuple):
    """Units with the same inputs: the names of their weights (n_out, n_in), of their biases, and of what they give.

    ``results`` are the ways to call what they give: the sums, and what is made of each sum. ``targets`` are what each
    result is compared with, by a difference; () where one has none.
    """

    scope: str
    inputs: tuple[str, ...]
    weights: tuple[tuple[str, ...], ...]
    biases: tuple[str, ...]
    results: tuple[tuple[str, ...], ...]
    targets: tuple[str, ...] = ()


def layers_of(source: str, updated: Set[str]) -> list[Layer]:
    """Return the layers that a file spells out, in its order; ``updated`` are the ``plain`` names that are updated.

    A weight that stands in two layers belongs to the one that comes first: errors go back through it in the other.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return []
    updated = updated - _begun_anew(tree)
    made = list(_assignments(tree, ()))
    units = [unit for unit in (_unit(*part, updated) for part in made) if unit is not None][:MOST_UNITS]
    groups: dict[tuple[str, frozenset[str]], list[Unit]] = {}
    for unit in units:
        groups.setdefault((unit.scope, frozenset(unit.inputs)), []).append(unit)
    layers = [layer for group in groups.values() if (layer := _layer(group, made, updated)) is not None]
    rows: dict[str, tuple[tuple[str, ...], ...]] = {}
    inputs: dict[tuple[str, str], tuple[str, ...]] = {}
    kept = []
    for layer in layers:
        names = [name for row in layer.weights for name in row]
        same = all(rows.setdefault(name, layer.weights) == layer.weights for name in names)
        if same and all(inputs.setdefault((layer.scope, name), layer.inputs) == layer.inputs for name in names):
            kept.append(layer)
    return kept


def plain(name: str) -> str:
    """Return an attribute's name without its object's: a method calls it otherwise than its caller.

    >>> plain("self.w1"), plain("net.w1"), plain("w1")
    ('.w1', '.w1', 'w1')
    """
    thing, dot, rest = name.partition(".")
    return dot + rest if thing.isidentifier() and rest else name


Assignment = tuple[str, str, ast.expr]
"""Scope, name and what it is given."""


def _assignments(node: ast.AST, scopes: tuple[str, ...]) -> Iterator[Assignment]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield from _assignments(child, (*scopes, child.name))
            continue
        if isinstance(child, ast.Assign):
            for target in child.targets:
                for name, value in _pairs(target, child.value):
                    yield ".".join(scopes), name, value
        yield from _assignments(child, scopes)


def _begun_anew(tree: ast.AST) -> set[str]:
    """Return the names that a loop begins anew, such as sums: no weights, which go on from round to round."""
    found = set()
    for loop in (part for part in ast.walk(tree) if isinstance(part, ast.For | ast.While)):
        for _, name, value in _assignments(loop, ()):
            old = [ast.unparse(part) for part in ast.walk(value) if isinstance(part, ast.Name | ast.Attribute)]
            if name not in old and not isinstance(value, ast.Name | ast.Attribute):
                found.add(plain(name))
    return found


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Tuple | ast.List):
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
            for part, given in zip(target.elts, value.elts, strict=True):
                yield from _pairs(part, given)
        return
    yield ast.unparse(target), value


def _unit(scope: str, target: str, value: ast.expr, updated: Set[str]) -> Unit | None:
    """Return the unit in a value: the one sum of products in it, where there is one."""
    sums = list(_sums(value, updated))
    if len(sums) != 1 or plain(target) in updated:
        return None
    products, bias = sums[0]
    inputs, weights = zip(*products, strict=True)
    alike = len(set(inputs)) < len(inputs) or len(set(weights)) < len(weights)
    return None if alike else Unit(scope, value.lineno, target, inputs, weights, bias)


Sum = tuple[list[tuple[str, str]], str | None]


def _sums(node: ast.AST, updated: Set[str]) -> Iterator[Sum]:
    """Yield the largest sums of products in an expression: ([(input, weight)], bias)."""
    if isinstance(node, ast.expr) and (found := _sum(node, updated)) is not None:
        yield found
        return
    for child in ast.iter_child_nodes(node):
        yield from _sums(child, updated)


def _sum(node: ast.expr, updated: Set[str]) -> Sum | None:
    products, biases = [], []
    for term in _terms(node):
        names = [_atom(part) for part in _factors(term)]
        if len(names) == 1 and names[0]:
            biases.append(names[0])
        elif len(names) == 2 and names[0] and names[1] and (plain(names[0]) in updated) != (plain(names[1]) in updated):
            products.append((names[1], names[0]) if plain(names[0]) in updated else (names[0], names[1]))
        else:
            return None
    return (products, biases[0] if biases else None) if products and len(biases) < 2 else None


def _terms(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _terms(node.left)
        yield from _terms(node.right)
    else:
        yield node


def _factors(node: ast.expr) -> list[ast.expr]:
    """Return what is multiplied; a factor of 1 is none."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        parts = [node.left, node.right]
        return [part for part in parts if not (isinstance(part, ast.Constant) and part.value == 1)]
    return [node]


def _atom(node: ast.expr) -> str:
    """Return the text of a name, an attribute or a part of one, or of a power of such; "" for anything else."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Constant):
        return ast.unparse(node) if _atom(node.left) and type(node.right.value) is int else ""
    base = node
    while isinstance(base, ast.Attribute | ast.Subscript):
        if isinstance(base, ast.Subscript) and not isinstance(base.slice, ast.Constant | ast.Name):
            return ""
        base = base.value
    return ast.unparse(node) if isinstance(base, ast.Name) else ""


def _layer(units: list[Unit], made: list[Assignment], updated: Set[str]) -> Layer | None:
    """Return the units as one layer, with the inputs in the order of the first; each weight stands once.

    A bias that several units share stands once for each, where it is never updated.
    """
    first = units[0]
    rows = [tuple(dict(zip(u.inputs, u.weights, strict=True))[name] for name in first.inputs) for u in units]
    distinct = dict(zip(rows, units, strict=True))
    rows, units = list(distinct), list(distinct.values())
    names = [name for row in rows for name in row]
    biases = tuple(unit.bias for unit in units if unit.bias is not None)
    shared = len(set(biases)) < len(biases) and any(plain(name) in updated for name in biases)
    if len(set(names)) < len(names) or len(biases) not in (0, len(units)) or shared:
        return None
    sums = tuple(unit.target for unit in units)
    after = tuple(_made_of(name, first.scope, set(sums), made) for name in sums)
    results = (sums, after) if all(after) else (sums,)
    targets = tuple(_compared_with(name, made) for name in results[-1])
    return Layer(first.scope, first.inputs, tuple(rows), biases, results, targets if all(targets) else ())


def _plain_parts(node: ast.AST, called: set[int]) -> Iterator[ast.AST]:
    """Yield the parts of an expression, without what is called and what attributes stand on."""
    if id(node) in called:
        return
    yield node
    if not isinstance(node, ast.Attribute):
        for child in ast.iter_child_nodes(node):
            yield from _plain_parts(child, called)


def _compared_with(name: str, made: list[Assignment]) -> str:
    """Return what a result is first subtracted from, or what is subtracted from it, "" for nothing that has a name."""
    called = {name, *(target for _, target, value in made if _atom(value) == name)}
    for _, _, value in made:
        for part in ast.walk(value):
            if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Sub):
                left, right = _atom(part.left), _atom(part.right)
                if called & {left, right} and left and right:
                    return right if left in called else left
    return ""


def _made_of(name: str, scope: str, sums: set[str], made: list[Assignment]) -> str:
    """Return what is first made of one of the sums alone, "" for none."""
    for where, target, value in made:
        called = {id(part.func) for part in ast.walk(value) if isinstance(part, ast.Call)}
        inside = [part for part in _plain_parts(value, called) if isinstance(part, ast.Name | ast.Attribute)]
        if where == scope and target not in sums and [ast.unparse(part) for part in inside] == [name]:
            return target
    return ""
