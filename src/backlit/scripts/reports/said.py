"""What was understood of a file, in a few lines: samples, layers, loss, and the step that is judged."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backlit.scripts.found.deltas import pre_activation_name
from backlit.scripts.found.passes import ForwardPass
from backlit.scripts.found.skips import skipped
from backlit.scripts.found.subject import Subject
from backlit.scripts.seen.ahead import said_ahead
from backlit.scripts.seen.records import Moment
from backlit.scripts.seen.rolled import rolled

__all__ = ["not_connected", "understood"]

MOST_NAMES = 12
HINTS = (
    (
        r"drop_?out|keep_?prob",
        "dropout is found by its mask, or by the values before and after it: give one of them a name",
    ),
    (r"batch_?norm|layer_?norm", "layers that normalise are not known"),
    (r"conv(2d|1d|olution|olve)", "convolutions are not known: bl.check_layer checks a backward function of one"),
)
"""What a file may have that is not found among its arrays, by words in it."""
OPTIONS = (
    "Tell more by --input X --weights W1,W2 --gradients dW1,dW2 --target y --loss log_loss, in the file's own names, "
    "or by a line in it: # backlit: input X; weights W1, W2; gradients dW1, dW2; target y; loss log_loss"
)


def understood(subject: Subject, loss: str) -> tuple[str, ...]:
    """Return the lines."""
    found, target = subject.found, subject.target
    one = len(target.rows) == 1
    samples = "one sample" if one else "samples as columns" if found.columns else "samples as rows"
    labels = ", class numbers" if target.labels else ""
    lines = [
        f"{found.input.name} {found.input.value.shape}: {samples}; "
        f"targets {target.name} {target.node.value.shape}{labels}"
    ]
    lines += [f"L{index + 1}: {_layer(found, index, subject)}" for index in range(len(found.links))]
    keys = [claim.variable.key for claim in subject.claims]
    lines += [*rolled(subject.moment.parts, keys), *said_ahead(subject.moment.ahead, keys)]
    lines.append(f"loss: {loss}")
    at = subject.moment.at
    if at is not None and any(claim.step is not None for claim in subject.claims):
        lines.append(f"judged: the step that ends in line {at.line}")
    return tuple(lines)


def _layer(found: ForwardPass, index: int, subject: Subject) -> str:
    link = found.links[index]
    source, result = found.nodes[link.source], found.nodes[link.result]
    W = subject.weights[index].variable.name
    operand = f"{W}.T" if _turned(link.turned, found.columns) and source.value.ndim == 2 else W
    product = f"{operand} @ {source.name}" if found.columns else f"{source.name} @ {operand}"
    claim = subject.biases[index]
    bias = f" + {claim.variable.name}" if claim is not None else ""
    inner = f"{product}{bias}"
    made = inner if link.activation == "identity" else f"{link.activation}({inner})"
    inline = found.inline and index == len(found.links) - 1
    z = result.name if inline else pre_activation_name(found, index) if result.nameless else None
    if z is not None and link.activation != "identity":
        return f"{link.activation}({z}), {z} = {inner}"
    made += "" if link.mask is None else f" * {found.nodes[link.mask].name}"
    if result.nameless:
        return made
    return f"{result.name} = {made}"


def _turned(turned: bool, columns: bool) -> bool:
    return turned != columns


def _never_called(source: str) -> list[str]:
    """Return the functions of a file that are not named again: a backward pass that does not run leaves nothing."""
    defined = re.findall(r"^\s*def (\w+)", source, re.MULTILINE)
    return [name for name in defined if len(re.findall(rf"\b{name}\b", source)) == 1 and not name.startswith("__")][:3]


def not_connected(moment: Moment | None, why: Sequence[str], source: str) -> str:
    """Return what was found and could not be connected, and how to tell more."""
    names = {}
    for node in moment.nodes if moment is not None else []:
        if node.value.ndim and node.best.kind in ("value", "argument"):
            names[node.name] = node.value.shape
    if not names:
        return "I found no arrays of numbers that the file assigns: nothing to judge."
    shown = ", ".join(f"{name} {shape}" for name, shape in list(names.items())[:MOST_NAMES])
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    if moment is not None and moment.float16:
        why = ["values in float16 have three digits, too few to verify a layer by; compute in float32 or float64"]
    skip = skipped(moment, source) if moment is not None else ""
    # what else was tried, and led to nothing, is then no news
    why = [skip] if skip else why
    why = [*why, *(words for pattern, words in HINTS if re.search(pattern, source, re.IGNORECASE))]
    why = [*why, *(f"the function {name} is never called" for name in _never_called(source))]
    reason = f" ({'; '.join(dict.fromkeys(why))})" if why else ""
    return f"I found these arrays and could not connect them{reason}: {shown}{more}. {OPTIONS}"
