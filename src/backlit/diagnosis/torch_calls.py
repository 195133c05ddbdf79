"""Functions that a module's forward calls, wherever they stand: counted, or left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["DROPOUTS", "EVERY", "counting", "leave_out"]

EVERY = -1
"""Every call is left out."""

DROPOUTS = ("dropout", "dropout_", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout")


def counting(names: Sequence[str], leave_out: int = 0) -> Any:
    """Return a context: within, calls of functions of these names are counted as ``number``.

    The call of the place ``leave_out``, from 1 on, or ``EVERY`` one, gives what it was given.
    """
    from torch.overrides import TorchFunctionMode

    # with or without PyTorch at hand, as checkers of types see it
    class Counting(TorchFunctionMode):  # type: ignore[misc, unused-ignore]
        number = 0

        def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            if getattr(function, "__name__", "") in names:
                self.number += 1
                if leave_out in (self.number, EVERY):
                    return args[0] if args else next(iter((kwargs or {}).values()))
            return function(*args, **(kwargs or {}))

    return Counting()


def leave_out(module: Any, names: Sequence[str], call: int) -> Any:
    """Let a module's forward leave out a call, or ``EVERY`` one; return the module."""
    forward = module.forward

    def without(*given: Any, **named: Any) -> Any:
        with counting(names, leave_out=call):
            return forward(*given, **named)

    module.forward = without
    return module
