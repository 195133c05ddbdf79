"""Mistakes planted in an exercise's solution by changing its code, as a learner would have written it."""

import ast
import copy
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

__all__ = ["Script", "mutants"]

Values = Mapping[str, object]
Change = Callable[[ast.expr], ast.expr | None]
RATES = ("learnrate", "learning_rate", "rate", "eta", "lr")
TARGETS = ("target", "targets", "y", "Y", "t")
SIZES = ("n", "m", "n_samples")
DECAYS = ("decay", "weight_decay", "l2", "lam", "lmbda", "penalty", "strength")


class Script(NamedTuple):
    """A solution's code, the values that its names have in the end, and the names of the quantities asked for.

    ``roles`` maps a name to (layer from 1, quantity); ``depth`` is the number of layers, 0 where no network is told.
    """

    tree: ast.Module
    values: Values
    roles: Mapping[str, tuple[int, str]]
    depth: int
    inputs: tuple[np.ndarray, ...] = ()
    weights: tuple[np.ndarray, ...] = ()


def mutants(script: Script) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield (the identifiers that are right, the code) for every mistake that the code allows."""
    for identifiers, change in CHANGES:
        code = _changed(script.tree, change)
        if code is not None:
            yield identifiers, code
    yield from _slopes(script)
    yield from _steps(script)
    yield from _shapes(script)


def _changed(tree: ast.Module, change: Change, only: set[str] | None = None) -> str | None:
    """Return the code with every expression changed that ``change`` knows, in assignments to some names or anywhere."""

    class Changer(ast.NodeTransformer):
        done = 0

        def generic_visit(self, node: ast.AST) -> ast.AST:
            node = super().generic_visit(node)
            stored = isinstance(getattr(node, "ctx", None), ast.Store)
            new = change(node) if isinstance(node, ast.expr) and not stored else None
            self.done += new is not None
            return node if new is None else new

    changer, tree = Changer(), copy.deepcopy(tree)
    for index, statement in enumerate(tree.body):
        if only is None or (isinstance(statement, ast.Assign) and _target(statement) in only):
            tree.body[index] = changer.visit(statement)
    return ast.unparse(ast.fix_missing_locations(tree)) if changer.done else None


def _target(statement: ast.stmt) -> str:
    is_name = isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    return statement.targets[0].id if is_name else ""  # type: ignore[attr-defined]


def _same(a: ast.AST, b: ast.AST) -> bool:
    return ast.dump(a) == ast.dump(b)


def _is_name(node: ast.AST, names: tuple[str, ...]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _about(node: ast.AST, names: tuple[str, ...]) -> bool:
    return any(_is_name(part, names) for part in ast.walk(node))


def _is_residual(node: ast.expr) -> bool:
    is_difference = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)
    return is_difference and (_about(node.left, TARGETS) != _about(node.right, TARGETS))  # type: ignore[attr-defined]


def _reversed(node: ast.expr) -> ast.expr | None:
    return ast.BinOp(node.right, ast.Sub(), node.left) if _is_residual(node) else None  # type: ignore[attr-defined]


def _doubled(node: ast.expr) -> ast.expr | None:
    return ast.BinOp(ast.Constant(2), ast.Mult(), node) if _is_residual(node) else None


def _is_scaled(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and _is_name(node.left, RATES)


def _without_rate(node: ast.expr) -> ast.expr | None:
    return node.right if _is_scaled(node) else None  # type: ignore[attr-defined]


def _rate_twice(node: ast.expr) -> ast.expr | None:
    return ast.BinOp(node.left, ast.Mult(), node) if _is_scaled(node) else None  # type: ignore[attr-defined]


def _is_mean(node: ast.expr) -> bool:
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)):
        return False
    by = node.right
    return _is_name(by, SIZES) or (isinstance(by, ast.Call) and _is_name(by.func, ("len",)))


def _summed(node: ast.expr) -> ast.expr | None:
    return node.left if _is_mean(node) else None  # type: ignore[attr-defined]


def _mean_twice(node: ast.expr) -> ast.expr | None:
    return ast.BinOp(node, ast.Div(), node.right) if _is_mean(node) else None  # type: ignore[attr-defined]


def _is_column(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript) and ast.unparse(node).endswith("[:, None]")


def _no_column(node: ast.expr) -> ast.expr | None:
    return node.value if _is_column(node) and not _about(node, TARGETS) else None  # type: ignore[attr-defined]


def _no_target_column(node: ast.expr) -> ast.expr | None:
    return node.value if _is_column(node) and _about(node, TARGETS) else None  # type: ignore[attr-defined]


def _no_decay(node: ast.expr) -> ast.expr | None:
    is_sum = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)
    return node.left if is_sum and _about(node.right, DECAYS) and not _about(node.left, DECAYS) else None  # type: ignore[attr-defined]


CHANGES: tuple[tuple[tuple[str, ...], Change], ...] = (
    (("wrong-sign",), _reversed),
    (("factor-two",), _doubled),
    (("missing-learning-rate",), _without_rate),
    (("learning-rate-twice",), _rate_twice),
    (("sum-instead-of-mean",), _summed),
    (("mean-twice",), _mean_twice),
    (("column-needed",), _no_column),
    (("broadcast-outer",), _no_target_column),
    (("regularizer-not-in-gradient",), _no_decay),
)


def _slope_parts(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """Return (what is multiplied, the activation) of ``X * a * (1 - a)``, or (X, the slope) of ``X * slope(z)``."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)):
        return None
    left, right = node.left, node.right
    if _is_slope(right):
        return left, right
    is_rest = isinstance(right, ast.BinOp) and isinstance(right.op, ast.Sub) and ast.unparse(right.left) == "1"
    if is_rest and isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult) and _same(left.right, right.right):  # type: ignore[attr-defined]
        return left.left, left.right
    return None


def _is_slope(node: ast.expr) -> bool:
    called = node.func if isinstance(node, ast.Call) else node
    return isinstance(called, ast.Name) and "slope" in called.id


def _by_slope(how: Callable[[ast.expr, ast.expr], ast.expr | None]) -> Change:
    def change(node: ast.expr) -> ast.expr | None:
        parts = _slope_parts(node)
        return None if parts is None else how(*parts)

    return change


def _short(value: ast.expr, at: ast.expr) -> ast.expr:
    return ast.BinOp(ast.BinOp(value, ast.Mult(), at), ast.Mult(), ast.BinOp(ast.Constant(1), ast.Sub(), at))


def _slopes(script: Script) -> Iterator[tuple[tuple[str, ...], str]]:
    """Mistakes in the slopes: of the output's error terms, of the others, or of all where no roles are told."""
    sums = {_target(s): s.value.args[0] for s in script.tree.body if _is_activation(s)}  # type: ignore[attr-defined]

    def at_sum(value: ast.expr, at: ast.expr) -> ast.expr | None:
        return _short(value, sums[at.id]) if isinstance(at, ast.Name) and at.id in sums else None

    def at_activation(value: ast.expr, at: ast.expr) -> ast.expr | None:
        if _is_slope(at) or "sigmoid" not in script.values:
            return None
        return _short(value, ast.Call(ast.Name("sigmoid"), [at], []))

    def at_error(value: ast.expr, at: ast.expr) -> ast.expr | None:
        return None if _is_slope(at) else _short(value, value)

    for part, only in _parts(script):
        hows = {
            f"missing-{part}-derivative": lambda value, _: value,
            "derivative-of-activation": at_activation,
            "derivative-of-pre-activation": at_sum,
            "derivative-of-error-term": at_error,
        }
        for identifier, how in hows.items():
            code = _changed(script.tree, _by_slope(how), only)
            if code is not None:
                either = ("missing-output-derivative", "missing-hidden-derivative")
                yield (either if only is None and identifier in either else (identifier,)), code


def _is_activation(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Assign) else None
    return isinstance(call, ast.Call) and _is_name(call.func, ("sigmoid",)) and bool(call.args)


def _parts(script: Script) -> list[tuple[str, set[str] | None]]:
    names = {name: layer for name, (layer, quantity) in script.roles.items() if quantity != "error"}
    if not names:
        return [("output", None)]
    output = {name for name, layer in names.items() if layer == script.depth}
    return [("output", output), ("hidden", set(names) - output)]


def _steps(script: Script) -> Iterator[tuple[tuple[str, ...], str]]:
    """Mistakes in the steps, or gradients, of the weights and biases."""
    for name, (layer, quantity) in script.roles.items():
        if not quantity.startswith(("weight", "bias")):
            continue
        if quantity.startswith("bias"):
            yield from _wrapped(script, name, "bias-missing", "0 * ({})")
            continue
        if "np" in script.values:
            yield from _wrapped(script, name, "swapped-outer-product", "np.transpose({})")
        x = script.inputs[layer - 1] if script.inputs else None
        inputs = _names_of(script, x)
        code = _changed(script.tree, lambda node, i=inputs: _ones(node, i), {name})  # type: ignore[misc]
        if code is not None:
            yield ("missing-input",), code
        yield from _updated(script, name, layer)


def _wrapped(script: Script, name: str, identifier: str, form: str) -> Iterator[tuple[tuple[str, ...], str]]:
    tree = copy.deepcopy(script.tree)
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and _target(statement) == name:
            statement.value = ast.parse(form.format(ast.unparse(statement.value)), mode="eval").body
            yield (identifier,), ast.unparse(tree)


def _names_of(script: Script, array: np.ndarray | None) -> tuple[str, ...]:
    """Return the names that hold an array, whatever its axes of length 1."""
    if array is None:
        return ()
    held = {name: np.squeeze(value) for name, value in script.values.items() if isinstance(value, np.ndarray)}
    wanted = np.squeeze(array)
    return tuple(name for name, v in held.items() if v.ndim and v.shape == wanted.shape and np.allclose(v, wanted))


def _ones(node: ast.expr, names: tuple[str, ...]) -> ast.expr | None:
    return ast.parse(f"np.ones_like({node.id})", mode="eval").body if _is_name(node, names) else None  # type: ignore[attr-defined]


def _updated(script: Script, step: str, layer: int) -> Iterator[tuple[tuple[str, ...], str]]:
    """The weights after their step, where the error is carried back through them."""
    value = next((s.value for s in script.tree.body if isinstance(s, ast.Assign) and _target(s) == step), None)
    below = {name for name, (at, what) in script.roles.items() if at == layer - 1 and what == "error_term"}
    weights = _names_of(script, script.weights[layer - 1]) if script.weights else ()
    if value is None or not below or not weights or script.roles[step][1] != "weight_step":
        return

    def change(node: ast.expr) -> ast.expr | None:
        return ast.BinOp(node, ast.Add(), value) if _is_name(node, weights) else None

    code = _changed(script.tree, change, below)
    if code is not None:
        yield ("updated-weights-used",), code


def _shapes(script: Script) -> Iterator[tuple[tuple[str, ...], str]]:
    """The output's activation twice, and rounding on the way."""
    for statement in script.tree.body:
        outputs = [name for name, (layer, _) in script.roles.items() if layer == script.depth]
        if _is_activation(statement) and _target(statement) in ("output", "prediction", "y_hat") and outputs:
            code = _changed(script.tree, _twice, {_target(statement)})
            if code is not None:
                yield ("double-output-activation",), code
    rounded = copy.deepcopy(script.tree)
    done = 0
    for statement in rounded.body:
        if isinstance(statement, ast.Assign) and _target(statement) in script.roles and "np" in script.values:
            statement.value = ast.parse(f"np.round({ast.unparse(statement.value)}, 3)", mode="eval").body
            done += 1
    if done:
        yield ("rounded",), ast.unparse(rounded)


def _twice(node: ast.expr) -> ast.expr | None:
    is_call = isinstance(node, ast.Call) and _is_name(node.func, ("sigmoid",))
    return ast.Call(node.func, [node], []) if is_call else None  # type: ignore[attr-defined]
