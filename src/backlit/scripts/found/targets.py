"""The targets of a forward pass: what was compared with its predictions, and the loss that was computed of both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from backlit.equations.activation_table import find_activation
from backlit.scripts.found.links import activations_of, close
from backlit.scripts.found.losses import loss_table, losses_of
from backlit.scripts.found.number_errors import is_no_share, made_by_numbers, numbers_in_turn
from backlit.scripts.found.own_records import first_own_record, own_keys
from backlit.scripts.found.passes import ForwardPass, Key
from backlit.scripts.found.shelves import PROBED
from backlit.scripts.seen.records import Moment, Node
from backlit.scripts.seen.spelled import is_difference

__all__ = ["Target", "target_of"]

NAMES = re.compile(
    r"(^|[._])(y|t|ys|yb|d|target|targets|label|labels|truth|expected|desired|wanted|goals?|answers?|ziel|soll|cible|objetivo|salida_(des|esp)\w*|"
    r"attendu|alvos?|rotulos?|gabarito|attes[oaie]|etichett\w*|verwacht\w*|hedef\w*|oczekiwan\w*|mubiao|biaoqian|otvety?|"
    r"esperado|saida_(des|esp)\w*|out(put)?s?_?(true|wanted|desired)|etiquet\w*|klasse\w*)"
    r"(_?(train|true|batch|data|tr|b|hot|one_?hot|oh|enc\w*|i|real|mini|vec|\d*))*($|\[)",
    re.IGNORECASE,
)

MOST_NUMBERS = 30
FEWEST_UNSEEN = 2
"""Numbers that targets have at least, where no error and no loss is made of them."""
STALE = 0.5
"""What speaks against an array whose names all had another value by the time of the predictions."""


class Target(NamedTuple):
    """The targets: their node, as rows (n, n_out), and whether they are class numbers."""

    node: Node
    rows: np.ndarray
    labels: bool
    sure: bool

    @property
    def name(self) -> str:
        """What they are called: a name of targets, where one of theirs is: a number may be many names' value."""
        return next((r.name for r in self.node.records if NAMES.search(r.name)), self.node.name)


def target_of(moment: Moment, found: ForwardPass, given: str | None = None) -> Target | None:
    """Return the targets that fit best, or None where nothing tells them."""
    places = {place for link in found.links for place in (link.weights, link.result)}
    places |= {link.source for link in found.links[1:]}
    used = {id(found.nodes[place]) for place in places}
    after = -1 if moment.timeless else found.output.first
    rest = _made_of_samples(found, np.inf if moment.timeless else after, moment.nodes)
    numbers = [float(r.value.reshape(())) for r in moment.records if r.value.size == 1 and r.number > after]
    numbers = [number for number in numbers if not number.is_integer()]
    start = found.nodes[found.links[0].result].first
    inside = [r for r in moment.records if start < r.number < found.output.first and r.kind == "value"]
    # nor are the predictions of another step targets of these
    within = set() if moment.timeless else {r.key for r in inside} | {key for key, _ in own_keys(found)}
    p = found.predictions
    moved = _moved_by_training(moment, found)
    in_turn = numbers_in_turn(moment, found)
    scored: list[tuple[float, Target]] = []
    last = _last_before(moment, found)
    for node in moment.nodes:
        if given is not None:
            if not any(r.name == given for r in node.records):
                continue
        elif id(node) in used or all(r.key in within or r.key in moved for r in node.records):
            # what the forward pass itself makes on its way is nothing to be learned
            continue
        now = node if moment.timeless or given is not None else _of_now(node, last, found)
        past = STALE * (not now.records)
        now = now if now.records else node
        for rows, labels in _readings(found, node):
            if given is None and not labels and is_no_share(found, rows):
                continue
            score, sure = _evidence(found, rows, node, rest, now)
            if not sure and made_by_numbers(in_turn, p, rows):
                score, sure = score + 5, True
            if not sure and _is_in_a_loss(found, rows, numbers):
                score, sure = score + 4, True
            if not sure and given is None and (node is found.input or rows.size < FEWEST_UNSEEN):
                # what goes in may be what is wanted too, and one number anything, where an error says so
                continue
            later = given is None and score > 0 and not labels and node.first >= found.output.first
            if later and activations_of(p, rows):
                # what is made of the output afterwards: its activation, not what it should be
                continue
            if score > 0 or given is not None:
                scored.append((score - 0.1 * labels - past, Target(now, rows, labels, sure)))
    return max(scored, key=lambda pair: pair[0])[1] if scored else None


def _last_before(moment: Moment, found: ForwardPass) -> dict[Key, bytes]:
    """Return what each variable was last given before the predictions were made."""
    return {r.key: r.value.tobytes() for r in moment.records if r.number < found.output.first}


def _of_now(node: Node, last: Mapping[Key, bytes], found: ForwardPass) -> Node:
    """Return a node without the names that had another value by then, such as that of the sample before."""
    live = [r for r in node.records if r.number >= found.output.first or last[r.key] == r.value.tobytes()]
    return node if len(live) == len(node.records) else Node(node.value, live)


def _moved_by_training(moment: Moment, found: ForwardPass) -> set[Key]:
    """Return the variables that took several values from pass to pass while the samples stayed: made of the weights."""
    made = first_own_record(found)
    # what came before the passes is data that were made ready
    begun = min(moment.times(made), default=made.number)
    values: dict[Key, set[bytes]] = {}
    given = {r.key for r in found.input.records}
    for record in moment.records:
        # samples may be known by what a function is given alone, or have no name
        known = record.kind == "value" or (record.key in given and record.kind in ("argument", "operand"))
        if record.number >= begun and known:
            values.setdefault(record.key, set()).add(record.value.tobytes())
    if moment.timeless or any(len(values.get(key, ())) > 1 for key in given):
        return set()
    return {key for key, taken in values.items() if len(taken) > 1}


def _is_in_a_loss(found: ForwardPass, y: np.ndarray, numbers: Sequence[float]) -> bool:
    """Say whether a number of the file is a loss of the predictions and these targets."""
    if found.predictions.size < 2 or not numbers:
        return False
    table = loss_table(found.predictions, y, found)
    values, rights = np.array(numbers[-MOST_NUMBERS:])[:, None], np.array([right for *_, right in table])
    # the widest that any loss is told by
    if not (np.abs(values - rights) <= 1.1e-4 * np.abs(rights)).any():
        return False
    return any(next(losses_of(number, table), None) for number in numbers[-MOST_NUMBERS:])


def _readings(found: ForwardPass, node: Node) -> Iterator[tuple[np.ndarray, bool]]:
    n, n_out = found.predictions.shape
    rows = found.rows(node.value, n_out)
    if rows is not None and np.isfinite(rows).all():
        yield rows, False
    value = node.value
    if n_out > 1 and value.size == n and (value == np.round(value)).all():
        # from 0, or from 1 as MATLAB counts
        first = int(value.max() == n_out)
        if value.min() >= first and value.max() < n_out + first:
            yield np.eye(n_out)[value.reshape(n).astype(np.intp) - first], True


class _Errors(NamedTuple):
    """Arrays that may be an error: as rows, as one matrix, and the largest size of a number in each.

    ``since`` is when the predictions were there, infinity where that is not known. ``grids`` are (n, n): each sample's
    prediction beside each target, which a row and a column come to.
    """

    since: float
    nodes: list[Node]
    rows: list[np.ndarray]
    flat: np.ndarray
    largest: np.ndarray
    grids: list[np.ndarray]


def _made_of_samples(found: ForwardPass, since: float, nodes: Sequence[Node]) -> _Errors:
    """Return the nodes that may be an error, as rows of the predictions' shape."""
    later = [node for node in nodes if node is not found.output and (node.last >= since or since == np.inf)]
    others = [(node, found.rows(node.value, found.predictions.shape[1])) for node in later]
    kept = [(node, rows) for node, rows in others if rows is not None and rows.any() and np.isfinite(rows).all()]
    flat = np.array([rows.reshape(-1) for _, rows in kept]).reshape(len(kept), found.predictions.size)
    n, n_out = found.predictions.shape
    grids = [node.value for node in later if n_out == 1 < n and node.value.shape == (n, n)]
    largest = np.abs(flat).max(axis=1, initial=0.0)
    return _Errors(since, [node for node, _ in kept], [rows for _, rows in kept], flat, largest, grids)


def _in_line(rest: _Errors, error: np.ndarray) -> np.ndarray:
    """Return which may be in proportion to an error, by their first numbers."""
    flat = error.reshape(-1)
    ratios = (rest.flat @ flat) / float((flat * flat).sum())
    few = rest.flat[:, :PROBED]
    tolerance = 1e-5 * np.abs(few) + 1e-6 * rest.largest[:, None] + 1e-300
    near: np.ndarray = (np.abs(ratios[:, None] * flat[:PROBED] - few) <= tolerance).all(axis=1)
    return near


def _evidence(found: ForwardPass, y: np.ndarray, node: Node, rest: _Errors, now: Node) -> tuple[float, bool]:
    """Return how much speaks for targets, and whether an error made with them is there."""
    p, n_out = found.predictions, found.predictions.shape[1]
    named = any(NAMES.search(r.name) for r in now.records)
    score = 3.0 if named else 0.0
    row = find_activation(found.links[-1].activation)
    if y.any() and close(p - y, p):
        # beside the predictions nothing is seen of it
        return score, False
    if rest.grids and any(close(sign * grid, p - y.T) for g in rest.grids for grid in (g, g.T) for sign in (1, -1)):
        return score + 5, True
    with np.errstate(all="ignore"):
        errors = [p - y]
        if row.derivative is not None:
            z = _pre_activation(found)
            errors.append((p - y) * row.derivative(z))
        errors.append((p - y) / np.maximum(p * (1 - p), 1e-300))
        errors.append(np.abs(p - y))
        plain, errors = errors[:2], [e for e in errors if np.isfinite(e).all()]
        likely = np.any([_in_line(rest, e) for e in errors], axis=0) if errors else np.zeros(0, bool)
        for at in np.flatnonzero(likely).tolist():
            other, array = rest.nodes[at], rest.rows[at]
            if node.first > rest.since and other.first < node.first:
                # an error is not there before its targets: as p - y = e, p - e is y
                continue
            told = named or array.size > 1 or is_difference(other.name)
            if other is not node and told and any(_in_proportion(array, e) for e in errors):
                # an error with the targets is there: nothing else looks like it, the more so as it is, or a mean
                return score + 5 + 0.5 * _plain(array, plain, len(p) * n_out), True
    return score, False


def _plain(array: np.ndarray, errors: Sequence[np.ndarray], size: int) -> bool:
    """Say whether an array is an error as it is, or over a number of samples or outputs, or doubled."""
    factors = [k / m for k in (1, -1, 2, -2) for m in (1, size, len(array))]
    return any(close(factor * error, array) for error in errors for factor in factors)


def _pre_activation(found: ForwardPass) -> np.ndarray:
    last = len(found.links) - 1
    bias = found.bias(last)
    z: np.ndarray = found.below(last) @ found.weights(last) + (0 if bias is None else bias)
    return z


def _in_proportion(a: np.ndarray, b: np.ndarray) -> bool:
    size = float((b * b).sum())
    ratio = float((a * b).sum()) / size if size else 0.0
    return (
        bool(ratio) and (a.size > 1 or abs(abs(ratio) - 1) < 1e-9 or abs(abs(ratio) - 2) < 1e-9) and close(ratio * b, a)
    )
