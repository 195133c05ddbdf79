"""Names of gradients, and of what steps remember: whose gradient an array says that it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backlit.scripts.seen.record import Record

__all__ = ["GRADIENT", "MEMORY", "RATE", "in_order", "is_memory", "likeness", "of_a_list", "short_name"]

GRADIENT = re.compile(r"^(d|g|grad|gradient|nabla|delta|del|Δ|∇|∂|derivada|ableitung|gradiente|abl)", re.IGNORECASE)
RATE = re.compile(
    r"^(lr|eta|η|alpha|α|rate|step_?size|gamma|epsilon|mu|tasa|taxa|pas|lernrate|schrittweite)$|learn|lern|aprend|rate|appren",
    re.IGNORECASE,
)
MEMORY = re.compile(r"^(v|m|s|vel|velocity|mom|momentum|cache|prev|sq|rms)", re.IGNORECASE)


REMEMBERED = re.compile(
    r"(^|[._\['])(d[A-Z]|d_?[wb]\d*($|\[)|[Gg]rad|g_?[wb]\d*($|\[)|nabla|[Dd]elta|del_|∇|[vms]_?[wWbB]\d*($|\[)|vel|mom|cache|acc|square|mean'|running|moving|exp_avg|sums?[A-Z_]|suma|[vms]s?t?\[|[vms]\d+$)",
)
TABLE = re.compile(
    r"^(.*?\.)?((g|gr|grads?|gradients?|gradientes|gradienten)(_?\w{1,3})?|nabla\w*|d|d_?[wb]|dparams|d_?params)\[[^\]]*\]$",
    re.IGNORECASE,
)
"""Names of gradients that stand in a list or a dict under the keys of what they belong to."""
SIBLING = re.compile(r"^(d|g|gr|grad|gradient|gradiente|dvalue|dval|ddata|nabla|derivada|ableitung)s?$")
"""A gradient that stands beside its array, in one object: p.value and p.grad."""
NUMBERED = re.compile(r"^(g|gr|grad|gradient|gradiente|nabla)(\d+)$")


def short_name(name: str) -> str:
    """Return the last part of a name, in letters and digits alone.

    >>> short_name("self.W1"), short_name("params['W1']"), short_name("weights[0]")
    ('w1', 'w1', 'weights0')
    """
    key = re.search(r"\['([^']*)'\]$", name)
    last = key[1] if key else name.rpartition(".")[2]
    return re.sub(r"[^0-9a-zA-Z∂Δ∇]", "", last).lower()


def in_order(names: Sequence[str]) -> bool:
    """Say whether names are one but for their numbers, and these count up: those of one layer after another.

    >>> in_order(["b1", "b2"]), in_order(["b2", "b1"]), in_order(["bias", "shift"])
    (True, False, False)
    """
    numbers = [[int(part) for part in re.findall(r"\d+", name)] for name in names]
    return len({re.sub(r"\d+", "0", name) for name in names}) == 1 and numbers == sorted(numbers)


def is_memory(name: str) -> bool:
    """Say whether a name is one of a gradient, or of what a step remembers of earlier ones."""
    return bool(REMEMBERED.search(name))


def likeness(record: Record, variable: Record, source: str) -> tuple[bool, float]:
    """Return whether a name says that it is the gradient of a variable, and how much it looks like it."""
    if record.kind not in ("value", "argument"):
        return False, 0.0
    mine, its = short_name(record.name), short_name(variable.name)
    score = 0.0
    if re.search(rf"(?<![\w.]){re.escape(record.name)}(?!\w)", source):
        score += 3
    elif mine and re.search(rf"(?<![a-zA-Z0-9]){re.escape(mine)}(?![a-zA-Z0-9])", source.lower()):
        score += 2
    named = bool(its) and its in mine and mine != its and bool(GRADIENT.search(mine) or "grad" in mine)
    if not named and TABLE.search(record.name):
        named = _index(record.name) == _index(variable.name)
    named = named or _beside(record.name, variable.name) or _of_its_number(mine, its)
    named = named or _of_its_initials(record.name, variable.name)
    if named:
        # more than a multiple of the step that stands in its line: that may be a velocity
        score += 7
    elif GRADIENT.search(mine) and _digits(mine) == _digits(its):
        score += 1
    elif GRADIENT.search(mine) and _digits(mine) and _digits(its):
        # another layer's, by its number
        score -= 4
    if MEMORY.search(mine) and not GRADIENT.search(mine):
        score -= 2
    return named, score


def of_a_list(record: Record, variable: Record) -> bool:
    """Say whether a name is that of the gradients of all arrays in a list: d_weights, of weights[0]."""
    home, index, _ = variable.name.partition("[")
    mine, its = short_name(record.name), short_name(home)
    plain = record.kind == "value" and record.name.isidentifier() and bool(index)
    return plain and len(its) > 1 and mine.endswith(its) and mine != its and bool(GRADIENT.search(mine))


def _beside(mine: str, its: str) -> bool:
    """Say whether a gradient and an array are parts of one object.

    >>> _beside("net[0].w.grad", "net[0].w.value"), _beside("net[0].w.grad", "net[1].w.value")
    (True, False)
    """
    home = _home(mine)
    return bool(home) and home == _home(its) and bool(SIBLING.search(short_name(mine)))


def _home(name: str) -> str:
    found = re.search(r"^(.*\w.*?)(?:\.\w+|\['\w+'\])$", name)
    return found[1] if found else ""


def _of_its_number(mine: str, its: str) -> bool:
    """Say whether a gradient has its array's number: g2, of w2."""
    found = NUMBERED.search(mine)
    return found is not None and found[2] == _digits(its)


def _of_its_initials(mine: str, its: str) -> bool:
    """Say whether a gradient has the first letters of its array's words.

    >>> _of_its_initials("delta_w_i_h", "weights_input_hidden"), _of_its_initials("dW_ho", "weights_input_hidden")
    (True, False)
    """
    first = "".join(word[0] for word in its.rpartition(".")[2].split("_") if word).lower()
    gradient = re.fullmatch(r"(?:delta|del|gradient|grad|step|d)_?(.+)", mine.rpartition(".")[2], re.IGNORECASE)
    return len(first) > 1 and gradient is not None and gradient[1].replace("_", "").lower() == first


def _index(name: str) -> str:
    found = re.search(r"\[([^\]]*)\]$", name)
    return found[1] if found else ""


def _digits(name: str) -> str:
    found = re.search(r"\d+$", name)
    return found[0] if found else ""
