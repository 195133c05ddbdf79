"""Functions that keep arrays for functions inside them: each call has variables of its own, of one name.

``def dense(n, m): W = ...`` with a ``backward`` inside that changes W makes a W a layer. Standard library only.
"""

import ast
from collections import namedtuple

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

Scope = namedtuple("Scope", "name kind instance bound call")
"""A function or class: its name, "def" or "class", the name of its instance, and its own names.

``call`` is the name of what is another object at each call, "" where a function keeps nothing.
"""


def scope_of(node, around):
    """Return a function's scope; ``around`` are those around it."""
    given = [*node.args.posonlyargs, *node.args.args]
    static = any(isinstance(d, ast.Name) and d.id in ("staticmethod", "classmethod") for d in node.decorator_list)
    method = bool(around) and around[-1].kind == "class" and bool(given) and not static
    instance = given[0].arg if method else None
    call = f"__backlit_call_{node.lineno}__" if instance is None and keeps(node) else ""
    return Scope(node.name, "def", instance, bound(node), call)


def where(scopes, root):
    """Return the nodes of a scope's name and of the instance or call that its variables belong to.

    ``root`` is the node that a variable's name stands in: where it is one of a function around, it is that one's.
    """
    if isinstance(root, ast.Name):
        homes = [i for i, scope in enumerate(scopes) if scope.kind == "def" and root.id in scope.bound]
        scopes = scopes[: homes[-1] + 1] if homes else scopes
    functions = [scope for scope in scopes if scope.kind == "def"]
    calls = [scope.call for scope in functions if scope.call]
    instance = functions[0].instance if len(functions) == 1 else None
    name = instance or (calls[-1] if calls else None)
    text = ".".join(scope.name for scope in scopes)
    return ast.Constant(text), ast.Name(name, ast.Load()) if name else ast.Constant(None)


def bound(function):
    """Return the names that are a function's own: its arguments, and what it assigns or defines."""
    given = function.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    names = {argument.arg for argument in arguments if argument is not None}
    elsewhere = set()
    for part in _own(function):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            names.add(part.id)
        elif isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(part.name)
        elif isinstance(part, (ast.Global, ast.Nonlocal)):
            elsewhere |= set(part.names)
    return names - elsewhere


def keeps(function):
    """Say whether a function assigns arrays, or numbers, that a function inside it updates."""
    own = {part.id for part in _own(function) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    return bool(own & bound(function) & _updated_inside(function))


def _updated_inside(function):
    """Return the names that functions inside update, and that are not theirs."""
    names = set()
    for inner in (part for part in _own(function) if isinstance(part, FUNCTIONS)):
        names |= ({_root(target) for target in _updated(inner)} | _updated_inside(inner)) - bound(inner)
    return names


def _updated(function):
    """Yield the targets of a function that are given a value made of the one before."""
    for part in _own(function):
        if isinstance(part, ast.AugAssign):
            yield part.target
        elif isinstance(part, ast.Assign):
            for target in part.targets:
                text = ast.unparse(target)
                if any(ast.unparse(one) == text for one in ast.walk(part.value) if isinstance(one, type(target))):
                    yield target


def _root(target):
    while isinstance(target, ast.Subscript):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def _own(function):
    """Yield the parts of a function that are not inside a function inside it; of that one, it alone."""
    waiting = list(function.body) if isinstance(function.body, list) else [function.body]
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, (*FUNCTIONS, ast.ClassDef)):
            waiting += ast.iter_child_nodes(part)
