"""Addresses of what can be explained: ``net``, ``L2``, ``L2.u137``, ``L2.w[45,137]``, ``L2.b[137]``."""

from __future__ import annotations

import re
from typing import NamedTuple

from backlit.errors import BacklitError

__all__ = ["Address", "parse_address"]

_PATTERN = re.compile(r"L(\d+)(?:\.(?:u(\d+)|w\[(\d+),(\d+)\]|b\[(\d+)\]))?", re.IGNORECASE)


class Address(NamedTuple):
    """A place in a network, counted from 1; ``layer`` 0 is the whole network.

    ``kind`` is net, layer, unit, weight or bias. ``unit`` is the unit a unit, weight or bias belongs to; ``source``
    the input that a weight comes from.
    """

    kind: str
    layer: int = 0
    unit: int = 0
    source: int = 0


def parse_address(text: str, sizes: tuple[int, ...]) -> Address:
    """Read an address in a network of ``sizes`` units.

    Raises BacklitError for text of another form, and for a layer, unit or input that the network does not have.

    >>> parse_address("L2.w[3,1]", (2, 3, 1))
    Address(kind='weight', layer=2, unit=1, source=3)
    """
    if not isinstance(text, str):
        raise BacklitError(f"an address is text such as 'L2.u3', got {text!r:.40}")
    if text.strip().lower() == "net":
        return Address("net")
    match = _PATTERN.fullmatch(re.sub(r"\s", "", text))
    if match is None:
        raise BacklitError(f"an address looks like net, L2, L2.u3, L2.w[4,3] or L2.b[3], got '{text}'")
    layer, unit, source, target, bias = (None if g is None else int(g) for g in match.groups())
    assert layer is not None  # the pattern has it
    _check("layer", layer, len(sizes) - 1, "L", text)
    own, below = sizes[layer], sizes[layer - 1]
    if unit is not None:
        return Address("unit", layer, _check("unit", unit, own, f"L{layer}.u", text))
    if source is not None and target is not None:
        _check("input", source, below, "input ", text)
        return Address("weight", layer, _check("unit", target, own, f"L{layer}.u", text), source)
    if bias is not None:
        return Address("bias", layer, _check("unit", bias, own, f"L{layer}.u", text))
    return Address("layer", layer)


def _check(what: str, number: int, count: int, prefix: str, text: str) -> int:
    if not 1 <= number <= count:
        there = f"there is {prefix}1 alone" if count == 1 else f"there are {prefix}1 to {prefix}{count}"
        raise BacklitError(f"there is no {what} {number} in '{text}': {there}")
    return number
