"""Samples that plain loops take entry by entry: ``inputs[i][k]``, read from the lines, is a row ``inputs[i]``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from backlit.scripts.seen.record import Record
from backlit.scripts.seen.spelled_units import plain

__all__ = ["Taken", "rows_taken", "taken_by_entry"]

KINDS = ("value", "argument")
"""Whose method it is, behind a scope."""
MOST_TAKEN = 20


class Taken(NamedTuple):
    """A table whose entries a scope reads, and the name of the number that tells which row."""

    scope: str
    table: str
    row: str


def taken_by_entry(source: str) -> list[Taken]:
    r"""Return the tables that a file reads entry by entry and never writes: samples, and targets.

    >>> taken_by_entry("for i in rows:\n    for k in columns:\n        s += X[i][k] * w[k]")
    [Taken(scope='', table='X', row='i')]
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return []
    entries = list(_entries(tree, ()))
    written = {plain(taken.table) for taken, stored in entries if stored}
    read = dict.fromkeys(taken for taken, stored in entries if not stored and plain(taken.table) not in written)
    return list(read)[:MOST_TAKEN]


def _entries(node: ast.AST, scopes: tuple[str, ...]) -> Iterator[tuple[Taken, bool]]:
    """Yield each entry of a table that a file reads, or (True) writes."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield from _entries(child, (*scopes, child.name))
            continue
        found = _entry(child)
        if found is not None:
            stored = isinstance(child, ast.Subscript) and not isinstance(child.ctx, ast.Load)
            yield Taken(".".join(scopes), *found), stored
        yield from _entries(child, scopes)


def _entry(node: ast.AST) -> tuple[str, str] | None:
    """Return table and index of ``table[index][k]``, or of ``table[index, k]``."""
    if not isinstance(node, ast.Subscript):
        return None
    inner = node.value
    if isinstance(inner, ast.Subscript) and not isinstance(node.slice, ast.Slice):
        table, index = inner.value, inner.slice
    elif isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
        table, index = inner, node.slice.elts[0]
        if isinstance(node.slice.elts[1], ast.Slice):
            return None
    else:
        return None
    known = isinstance(table, ast.Name | ast.Attribute) and isinstance(index, ast.Name)
    return (ast.unparse(table), ast.unparse(index)) if known else None


def rows_taken(records: Sequence[Record], taken: Sequence[Taken]) -> Iterator[Record]:
    """Yield the rows that were in hand: one for each value that the index had."""
    for one in taken:
        tables = [r for r in _named(records, one.scope, one.table) if r.value.ndim == 2 and min(r.value.shape) > 0]
        for index in _named(records, one.scope, one.row) if tables else ():
            before = [r for r in tables if r.number <= index.number] or tables[:1]
            table, at = before[-1], index.value
            if at.ndim == 0 and float(at).is_integer() and 0 <= at < len(table.value):
                row = np.ascontiguousarray(table.value[int(at)])
                name = f"{one.table}[{one.row}]"
                yield replace(index, name=name, kind="operand", value=row, dtype=table.dtype, source=name)


def _named(records: Sequence[Record], scope: str, name: str) -> list[Record]:
    """Return the records of a name: an object's attribute, else the scope's own, else the module's; in order."""
    known = [r for r in records if r.kind in KINDS and plain(r.name) == plain(name)]
    if plain(name) == name:
        known = [r for r in known if r.function == scope] or [r for r in known if not r.scope]
    return sorted(known, key=lambda r: r.number)
