"""An equation as data: the function is run once on arrays that write down what is done to them.

So the page computes by the very functions of ``equations/``: no formula is written a second time, and a row of a
user's own works in the page as it stands.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from backlit.errors import BacklitError

__all__ = ["OPERATIONS", "Program", "recorded"]

Program = dict[str, Any]
"""``inputs``: how many arrays it takes. ``code``: a list of constants (numbers) and operations ``[name, register,
...]``; each makes the next register, after those of the inputs. ``result``: the register that is the value."""

ELEMENTWISE = ("abs", "exp", "expm1", "log", "log1p", "sign", "sqrt", "tanh")
TWO = ("add", "subtract", "multiply", "divide", "pow", "maximum", "minimum")
COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal", "logical_and", "logical_or")
REDUCTIONS = ("sum", "max")
OPERATIONS = (*ELEMENTWISE, *TWO, *COMPARISONS, *REDUCTIONS, "negative", "where", "units")
"""All that a program may do, by the array API standard's names; reductions are over the last axis, which is kept.

"units" is the length of that axis."""


def recorded(function: Callable[..., Any], n_inputs: int) -> Program:
    """Return what ``function`` does to ``n_inputs`` arrays (n, n_units) as a program.

    Raises BacklitError for a function that does more than the operations of a program: one that branches on values,
    or that does not take its operations from the arrays (``array.__array_namespace__()``) or by NumPy's names.

    >>> recorded(lambda z: z * 2 + 1, 1)
    {'inputs': 1, 'code': [2.0, ['multiply', 0, 1], 1.0, ['add', 2, 3]], 'result': 4}
    """
    tape = _Tape(n_inputs)
    try:
        result = function(*(Recorded(tape, i, "full") for i in range(n_inputs)))
    except BacklitError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise BacklitError(
            f"the page cannot follow {_name(function)}, which is not plain arithmetic ({reason})"
        ) from None
    if not isinstance(result, Recorded | int | float):
        raise BacklitError(f"the page cannot follow {_name(function)}: it gave {type(result).__name__}, not an array")
    return {"inputs": n_inputs, "code": tape.code, "result": tape.operand(result)}


def _name(function: Any) -> str:
    return str(getattr(function, "__name__", "this function"))


@dataclass
class _Tape:
    """What was done so far; the same operation on the same registers is written once."""

    inputs: int
    code: list[Any] = field(default_factory=list)
    seen: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def write(self, key: tuple[Any, ...], entry: Any) -> int:
        if key not in self.seen:
            self.code.append(entry)
            self.seen[key] = self.inputs + len(self.code) - 1
        return self.seen[key]

    def operand(self, value: Any) -> int:
        if isinstance(value, Recorded):
            if value.tape is not self:
                raise BacklitError("the page cannot follow a function that keeps arrays from one call to the next")
            return value.register
        number = float(value)
        if not math.isfinite(number):
            raise BacklitError(f"the page cannot follow a function with the constant {number}")
        return self.write(("constant", repr(number)), number)

    def operation(self, name: str, *operands: Any, shape: str | None = None) -> Recorded:
        registers = [self.operand(operand) for operand in operands]
        register = self.write((name, *registers), [name, *registers])
        return Recorded(self, register, shape or _joint_shape(operands))


def _joint_shape(operands: tuple[Any, ...]) -> str:
    """The shape of a result: "full" (n, n_units), "column" (n, 1), "samples" (n,), or "number" (one for all)."""
    shapes = {operand.shape_name for operand in operands if isinstance(operand, Recorded)}
    if shapes == {"number"}:
        return "number"
    shapes.discard("number")
    if "samples" in shapes and len(shapes) > 1:
        raise BacklitError("the page cannot follow a sum over outputs that meets single outputs again; keep its axis")
    return "full" if "full" in shapes else "column" if "column" in shapes else "samples" if shapes else "full"


class Recorded:
    """An array that is not there yet: operations on it are written down."""

    __array_priority__ = 1000

    def __init__(self, tape: _Tape, register: int, shape_name: str) -> None:
        self.tape = tape
        self.register = register
        self.shape_name = shape_name

    @property
    def shape(self) -> tuple[None, Recorded]:
        """The number of units is known where the program runs; that of samples is no part of an equation."""
        return None, self.tape.operation("units", self, shape="number")

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        return _Namespace

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Take NumPy's own functions too, which a user's own row may use."""
        name = {"absolute": "abs", "true_divide": "divide", "power": "pow"}.get(ufunc.__name__, ufunc.__name__)
        if method != "__call__" or options or name not in OPERATIONS:
            raise BacklitError(f"the page cannot follow numpy.{ufunc.__name__}")
        return self.tape.operation(name, *inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        name = {"amax": "max"}.get(function.__name__, function.__name__)
        if name not in ("where", "sum", "max", "ones_like", "zeros_like"):
            raise BacklitError(f"the page cannot follow numpy.{function.__name__}")
        return getattr(_Namespace, name)(*args, **kwargs)

    def __bool__(self) -> bool:
        raise BacklitError("the page cannot follow a function that branches on its values; use where(...)")

    def __neg__(self) -> Recorded:
        return self.tape.operation("negative", self)

    def __abs__(self) -> Recorded:
        return self.tape.operation("abs", self)

    __hash__ = object.__hash__


def _operator(name: str, *, turned: bool = False) -> Any:
    def operate(self: Recorded, other: Any) -> Recorded:
        return self.tape.operation(name, other, self) if turned else self.tape.operation(name, self, other)

    return operate


for _dunder, _operation in (
    ("add", "add"),
    ("sub", "subtract"),
    ("mul", "multiply"),
    ("truediv", "divide"),
    ("pow", "pow"),
):
    setattr(Recorded, f"__{_dunder}__", _operator(_operation))
    setattr(Recorded, f"__r{_dunder}__", _operator(_operation, turned=True))
for _dunder, _operation in (
    ("lt", "less"),
    ("le", "less_equal"),
    ("gt", "greater"),
    ("ge", "greater_equal"),
    ("eq", "equal"),
    ("and", "logical_and"),
    ("or", "logical_or"),
):
    setattr(Recorded, f"__{_dunder}__", _operator(_operation))


class _Namespace:
    """The functions of the array API standard that a program may use."""

    @staticmethod
    def where(condition: Any, a: Any, b: Any) -> Recorded:
        return _tape_of(condition, a, b).operation("where", condition, a, b)

    @staticmethod
    def ones_like(array: Recorded) -> Recorded:
        return Recorded(array.tape, array.tape.operand(1.0), array.shape_name)

    @staticmethod
    def zeros_like(array: Recorded) -> Recorded:
        return Recorded(array.tape, array.tape.operand(0.0), array.shape_name)

    @staticmethod
    def sum(array: Recorded, axis: int | None = None, keepdims: bool = False) -> Recorded:
        return _reduced("sum", array, axis, keepdims)

    @staticmethod
    def max(array: Recorded, axis: int | None = None, keepdims: bool = False) -> Recorded:
        return _reduced("max", array, axis, keepdims)


def _elementwise(name: str) -> Any:
    return staticmethod(lambda *operands: _tape_of(*operands).operation(name, *operands))


for _operation in (*ELEMENTWISE, *TWO, *COMPARISONS, "negative"):
    setattr(_Namespace, _operation, _elementwise(_operation))


def _tape_of(*operands: Any) -> _Tape:
    return next(operand.tape for operand in operands if isinstance(operand, Recorded))


def _reduced(name: str, array: Recorded, axis: int | None, keepdims: bool) -> Recorded:
    if axis not in (-1, 1):
        raise BacklitError(f"the page cannot follow {name} over axis {axis}; only over the last")
    return array.tape.operation(name, array, shape="column" if keepdims else "samples")
