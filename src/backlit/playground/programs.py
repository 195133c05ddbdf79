"""The tables of activations, losses and optimizers as the page takes them: arithmetic, formulas, bounds."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from functools import partial
from typing import Any

from backlit.equations.activation_table import ACTIVATIONS, Activation
from backlit.equations.initializers import INITIALIZERS, Initializer, default_initializer
from backlit.equations.loss_table import FUSED_PAIRS, LOSSES, FusedPair, Loss, loss_fits
from backlit.equations.optimizers import OPTIMIZERS
from backlit.errors import BacklitError
from backlit.playground.mathml import formula_tree
from backlit.playground.record import OPERATIONS, Program, recorded

__all__ = ["tables"]


def tables(activations: Iterable[Activation] = (), losses: Iterable[Loss] = ()) -> dict[str, Any]:
    """Return every row of the tables, with rows of a network's own, as plain values.

    A row's ``value``, ``derivative``, ``backward`` and ``gradient`` are programs (``record.Program``) of the arrays
    that its function takes. ``fits`` of a loss names the output activations whose predictions it can take.

    A row of the tables that the page cannot follow is none of its choices; one of the network's own is an error.

    In their code a number stands for an operation's name, its place in ``OPERATIONS``.

    >>> sorted(tables()["losses"]["huber"])
    ['error', 'fits', 'formula', 'gradient', 'targets', 'value']
    """
    own, own_losses = {row.name: row for row in activations}, {row.name: row for row in losses}
    rows, loss_rows = {**ACTIVATIONS, **own}, {**LOSSES, **own_losses}
    return {
        "activations": _followed(_activation, rows, own),
        "losses": _followed(partial(_loss, activations=rows.values()), loss_rows, own_losses),
        "pairs": [_pair(pair) for pair in FUSED_PAIRS.values()],
        "initializers": {name: made for name, row in INITIALIZERS.items() if (made := _initializer(row)) is not None},
        "optimizers": {
            row.name: {"defaults": dict(row.defaults), "weight_decay": row.weight_decay} for row in OPTIMIZERS.values()
        },
    }


def _followed(make: Callable[[Any], dict[str, Any]], rows: Mapping[str, Any], own: Container[str]) -> dict[str, Any]:
    """What is made of each row that the page can follow; raises BacklitError where one of ``own`` cannot be."""
    made = {}
    for name, row in rows.items():
        try:
            made[name] = make(row)
        except BacklitError:
            if name in own:
                raise
    return made


def _numbered(function: Callable[..., Any], n_inputs: int) -> Program:
    program = recorded(function, n_inputs)
    code = [
        [OPERATIONS.index(entry[0]), *entry[1:]] if isinstance(entry, list) else _short(entry)
        for entry in program["code"]
    ]
    return {**program, "code": code}


def _short(number: float) -> float:
    return int(number) if number == int(number) and abs(number) < 1e15 else number


def _activation(row: Activation) -> dict[str, Any]:
    elementwise = row.derivative is not None
    return {
        "value": _numbered(row.value, 1),
        "derivative": _numbered(row.derivative, 1) if row.derivative is not None else None,
        "backward": _numbered(row.backward, 2) if row.backward is not None and not elementwise else None,
        "formula": {"math": formula_tree(row.formula[1])},
        "slope": {"math": formula_tree(row.derivative_formula[1])},
        "range": [_finite(end) for end in row.range],
        "bound": _finite(row.derivative_bound),
        "output_only": row.output_only,
        "initializer": default_initializer(row.name),
    }


def _initializer(row: Initializer) -> dict[str, Any] | None:
    """None for one whose variance depends on the activation, which a program does not know."""
    programs = [_numbered(partial(_variance, row, activation), 2) for activation in ACTIVATIONS]
    if any(program != programs[0] for program in programs) or row.random_biases:
        return None
    return {"variance": programs[0], "distribution": row.distribution}


def _variance(row: Initializer, activation: str, n_in: Any, n_out: Any) -> Any:
    return row.variance(n_in, n_out, activation)


def _finite(value: float) -> float | None:
    """JSON has no infinity: None stands for it."""
    return value if abs(value) < float("inf") else None


def _loss(row: Loss, activations: Iterable[Activation]) -> dict[str, Any]:
    return {
        "value": _numbered(row.value, 2),
        "gradient": _numbered(row.gradient, 2),
        "formula": {"math": formula_tree(row.formula[1])},
        "error": {"math": formula_tree(row.negative_gradient_formula[1])},
        "targets": [_finite(end) for end in row.target_range],
        "fits": [output.name for output in activations if loss_fits(row, output)],
    }


def _pair(pair: FusedPair) -> dict[str, Any]:
    return {
        "activation": pair.activation,
        "loss": pair.loss,
        "value": _numbered(pair.value, 2),
        "gradient": _numbered(pair.gradient, 2),
    }
