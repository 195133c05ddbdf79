"""How a file writes what it assigns: names, their parts, and what is read beside them. Standard library only."""

import ast

HARMLESS_CALLS = ("str", "int", "len")
READ = (ast.Name, ast.Attribute, ast.Subscript)


def root(target):
    """Return what the subscripts of a target stand on, where it is a name or an attribute of one, and the indexes."""
    indexes = []
    while isinstance(target, ast.Subscript):
        indexes.insert(0, target.slice)
        target = target.value
    base = target
    while isinstance(base, ast.Attribute) or (isinstance(base, ast.Subscript) and plain(base.slice)):
        base = base.value
    return (target, indexes) if isinstance(base, ast.Name) else (None, [])


def plain(index):
    """Say whether an index can be computed twice without harm."""
    calls = [part for part in ast.walk(index) if isinstance(part, ast.Call)]
    allowed = all(isinstance(call.func, ast.Name) and call.func.id in HARMLESS_CALLS for call in calls)
    return allowed and not any(isinstance(p, (ast.NamedExpr, ast.Await, ast.Yield, ast.Slice)) for p in ast.walk(index))


def same(target, node):
    """Say whether a node is written as a target is, or as one of several."""
    targets = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
    return any(ast.unparse(part) == ast.unparse(node) for part in targets)


def pairs(target, value):
    """Yield (target, what it is given) of an assignment, each part by itself where there are as many of both."""
    many = (ast.Tuple, ast.List)
    if not isinstance(target, many):
        yield ast.unparse(target), value
        return
    alike = isinstance(value, many) and len(value.elts) == len(target.elts)
    for place, part in enumerate(target.elts):
        yield from pairs(part, value.elts[place] if alike else value)


def reads(value, name):
    """Say whether a value is made of a target's old self."""
    return any(isinstance(part, READ) and ast.unparse(part) == name for part in ast.walk(value))
