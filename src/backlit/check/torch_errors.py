"""What PyTorch raises on the way back through a module, in words for the person who wrote its backward pass."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from backlit.errors import BacklitError

__all__ = ["asked_back", "takes_indices"]

SHAPES = re.compile(
    r"Function (\w+)Backward returned an invalid gradient at index (\d+) - got (\[[\d, ]*\]) but .*?(\[[\d, ]*\])"
)
COUNT = re.compile(r"[Ff]unction (\w+)Backward returned an incorrect number of gradients \(expected (\d+), got (\d+)\)")
CUT = (
    "nothing comes back: what {name} returns does not depend on X or a parameter as PyTorch sees it. .detach(), .data, "
    ".numpy(), .item(), torch.tensor(...) of a tensor and torch.no_grad() in the forward pass cut the way back"
)
TUPLE = " (ctx.saved_tensors is a tuple, of one tensor too: (x,) = ctx.saved_tensors)"


def asked_back(call: Callable[[], Any], name: str) -> Any:
    """Return what ``call`` gives, which goes back through the module ``name``; BacklitError for what it raises."""
    try:
        return call()
    except (RuntimeError, TypeError, AttributeError, ValueError, IndexError, NameError) as error:
        raise BacklitError(_words(error, name)) from error


def _words(error: Exception, name: str) -> str:
    text = str(error)
    shapes, count = SHAPES.search(text), COUNT.search(text)
    if "does not require grad" in text:
        return CUT.format(name=name)
    if shapes is not None:
        function, index, got, wanted = shapes.groups()
        turned = ": the same transposed" if got == _reversed(wanted) else ""
        return (
            f"the backward pass of {function} returns for input {int(index) + 1} of its forward pass a gradient of "
            f"shape {got}, and the input has shape {wanted}{turned}"
        )
    if count is not None:
        function, wanted, got = count.groups()
        return (
            f"the backward pass of {function} must return {wanted} gradients, one for each input of its forward pass "
            f"(None for what is no tensor), and returned {got}"
        )
    hint = (
        TUPLE
        if isinstance(error, TypeError | AttributeError) and ("tuple" in text or "converted to an index" in text)
        else ""
    )
    return f"the backward pass of {name} raises {type(error).__name__}: {text.splitlines()[0] if text else ''}{hint}"


def _reversed(shape: str) -> str:
    return f"[{', '.join(reversed(shape.strip('[]').split(', ')))}]"


def takes_indices(torch: Any, net: Callable[[Any], Any], whole: Any) -> bool:
    """Say whether a module takes whole numbers, as an embedding's rows, and refuses them as floats."""
    try:
        with torch.no_grad():
            net(whole.double())
    except (RuntimeError, TypeError, IndexError):
        try:
            with torch.no_grad():
                net(whole)
        except Exception:
            return False
        return True
    return False
