"""A forward pass found among the arrays of a moment: a chain of layers that the numbers prove."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from backlit.equations.activation_table import find_activation
from backlit.scripts.found.chains import chains_of, is_shared, is_tied, mixes_times, worth
from backlit.scripts.found.links import SEARCHES, Link, Search, close, in_rows, links_of
from backlit.scripts.found.masks import masked_products, with_masks
from backlit.scripts.seen.claimed_names import is_memory
from backlit.scripts.seen.records import Moment, Node
from backlit.scripts.seen.stacks import STACKED, stack_name

__all__ = ["ForwardPass", "Key", "forward_passes", "without_ones"]

Key = tuple[str, str]
BIAS = re.compile(r"(^|[._\[' ])(b(?![a-z]{3})|bias|biais|sesgo|vies|offset|theta|schwelle|threshold)", re.IGNORECASE)
MOST_PASSES, REPEATED = 12, 2


@dataclass(frozen=True, eq=False)
class ForwardPass:
    """The layers of one forward pass, by their nodes; ``nodes`` are all of the moment.

    ``inline``: the output's activation where no array of the file has its values (softmax within a loss of logits);
    the last link's result are then the pre-activations. ``shared``: weights of it are another layer's too, turned
    round, be that in this chain or not.
    """

    links: tuple[Link, ...]
    nodes: Sequence[Node]
    inline: str = ""
    shared: bool = False

    @property
    def columns(self) -> bool:
        """Whether samples are columns."""
        return self.links[0].columns

    @property
    def input(self) -> Node:
        """The samples."""
        return self.nodes[self.links[0].source]

    @property
    def output(self) -> Node:
        """The predictions."""
        return self.nodes[self.links[-1].result]

    def whole_weights(self, index: int) -> np.ndarray:
        """A layer's weights as (n_in, n_out), with the row of biases that they may hold."""
        link = self.links[index]
        value = self.nodes[link.weights].value
        matrix = value if value.ndim == 2 else value[:, None]
        return matrix.T if link.turned else matrix

    def weights(self, index: int) -> np.ndarray:
        """A layer's weights as (n_in, n_out)."""
        return without_ones(self.whole_weights(index), self.links[index].ones)

    def bias(self, index: int) -> np.ndarray | None:
        """A layer's biases as (n_out,), or None."""
        link, W = self.links[index], self.whole_weights(index)
        if link.ones:
            within: np.ndarray = W[0] if link.ones == "first" else W[-1]
            return within
        return None if link.bias is None else self.nodes[link.bias].value.reshape(W.shape[1])

    @cached_property
    def masks(self) -> list[np.ndarray | None] | None:
        """Dropout's mask of each layer as rows, None for a layer without; None where no layer has one."""
        if all(link.mask is None for link in self.links):
            return None
        widths = (self.weights(index).shape[1] for index in range(len(self.links)))
        return [
            None if link.mask is None else self.rows(self.nodes[link.mask].value, width)
            for link, width in zip(self.links, widths, strict=True)
        ]

    def below(self, index: int) -> np.ndarray:
        """A layer's inputs as rows (n, n_in)."""
        found = self.rows(self.nodes[self.links[index].source].value, self.weights(index).shape[0])
        assert found is not None
        return found

    def rows(self, value: np.ndarray, width: int) -> np.ndarray | None:
        """Return samples as rows (n, width), or None where the shape is another."""
        n = self.samples.shape[0]
        rows = in_rows(value, self.columns)
        if rows is not None and rows.shape == (n, width):
            return rows
        if value.ndim == 2 or value.size != n * width or not (width == 1 or n == 1):
            return None
        flat: np.ndarray = np.asarray(value).reshape(n, width)
        return flat

    @cached_property
    def samples(self) -> np.ndarray:
        """The input as rows."""
        rows = in_rows(self.input.value, self.columns)
        assert rows is not None
        return rows

    @cached_property
    def predictions(self) -> np.ndarray:
        """The output as rows."""
        found = self.predicted(self.output.value)
        assert found is not None
        return found

    def predicted(self, value: np.ndarray) -> np.ndarray | None:
        """Return predictions as rows, of an array like the output's; None where the shape is another."""
        rows = self.rows(value, self.weights(len(self.links) - 1).shape[1])
        return find_activation(self.inline).value(rows) if self.inline and rows is not None else rows

    def samples_in(self, value: np.ndarray, width: int) -> np.ndarray | None:
        """Return any number of samples as rows (n, width), or None where the shape is another."""
        rows = in_rows(value, self.columns)
        if rows is not None and rows.shape[1] == width:
            return rows
        return value.reshape(-1, 1) if width == 1 and value.ndim == 1 else None

    def predicted_of(self, value: np.ndarray) -> np.ndarray | None:
        """Return the predictions of any number of samples, of an array like the output's; None for another shape."""
        rows = self.samples_in(value, self.weights(len(self.links) - 1).shape[1])
        return find_activation(self.inline).value(rows) if self.inline and rows is not None else rows

    def continued(self) -> Iterator[ForwardPass]:
        """Yield what the pass may be where its output is only the pre-activation of one that has no name."""
        last = self.links[-1]
        width = self.weights(len(self.links) - 1).shape[1]
        if last.activation == "identity" and not self.inline and not is_tied(self.links):
            for name in ("softmax", "sigmoid") if width > 1 else ("sigmoid",):
                more = replace(self, links=(*self.links[:-1], last._replace(activation=name)), inline=name)
                others = (self.rows(node.value, width) for node in self.nodes)
                if not any(close(rows, more.predictions) for rows in others if rows is not None):
                    yield more


def without_ones(array: np.ndarray, ones: str) -> np.ndarray:
    """Return an array (n_in + 1, n_out) without the row of biases, where it has one."""
    return array[1:] if ones == "first" else array[:-1] if ones == "last" else array


def forward_passes(
    moment: Moment, updated: set[Key], given: Sequence[str] = (), search: Search = SEARCHES[0]
) -> Iterator[ForwardPass]:
    """Yield the forward passes that a moment shows, the likeliest first.

    ``updated`` are the variables that change themselves; ``given`` names the weights, where a person told them.
    """
    nodes: Sequence[Node] = moment.nodes
    units = _units(nodes)
    biases = [i for i, node in enumerate(nodes) if i not in units and _may_be_bias(node, updated)]
    named = {i for i in biases if any(BIAS.search(r.name) for r in nodes[i].records)}
    histories = _histories(moment)
    groups = _groups(nodes, updated, given)
    nodes = [*nodes, *masked_products(nodes)]
    for group in groups:
        likely = [i for i in group if i not in units]
        weights = [i for i in reversed(likely) if 0 < nodes[i].value.ndim <= 2 and nodes[i].value.any()]
        lifetimes = {i: _lifetime(nodes, i, histories) for i in weights} if histories else None
        links = links_of(nodes, weights, biases, search, named, lifetimes)
        nodes, links = with_masks(nodes, links, weights, biases, lifetimes)
        links = _timely(nodes, links, histories)
        whole = [chain for chain in chains_of(links) if not mixes_times(nodes, chain, updated)]
        chains = sorted(whole, key=lambda chain: worth(nodes, chain, updated), reverse=True)
        seen: dict[tuple[str, ...], int] = {}
        for chain in chains:
            # the latest of those that repeat it, and the one before: its step is told by what came after
            names = tuple(nodes[p].name for link in chain for p in (link.weights, link.result))
            if seen.get(names, 0) < REPEATED and len(seen) < MOST_PASSES:
                seen[names] = seen.get(names, 0) + 1
                # one number turned round is itself
                several = [link for link in links if nodes[link.weights].value.size > 1]
                yield ForwardPass(chain, nodes, shared=is_shared(nodes, chain, several))
        if chains:
            return


def _groups(nodes: Sequence[Node], updated: set[Key], given: Sequence[str]) -> list[list[int]]:
    """Return the nodes that may be weights: those that were told, else what is updated, and no gradient by its name."""
    if given:
        return [[i for i, node in enumerate(nodes) if any(r.name in given for r in node.records)]]
    changing = [i for i, n in enumerate(nodes) if any(r.key in updated or STACKED in r.name for r in n.records)]
    if not changing:
        return [list(range(len(nodes)))]
    plain = [
        i
        for i in changing
        if any((r.key in updated or STACKED in r.name) and not is_memory(r.name) for r in nodes[i].records)
    ]
    return [plain, changing] if len(plain) < len(changing) else [changing]


def _units(nodes: Sequence[Node]) -> set[int]:
    """Return the nodes that are one unit of a layer, whose units stand together in another: alone it is no layer."""
    stacks = {r.name for node in nodes for r in node.records if STACKED in r.name}
    return {i for i, node in enumerate(nodes) if any(stack_name(r.name) in stacks for r in node.records)}


Histories = dict[Key, list[tuple[int, int]]]


def _histories(moment: Moment) -> Histories:
    """Return when each variable had which node; nothing where times are not known."""
    if moment.timeless:
        return {}
    histories: Histories = {}
    for index, node in enumerate(moment.nodes):
        for record in node.records:
            histories.setdefault(record.key, []).append((record.number, index))
    for history in histories.values():
        history.sort()
    return histories


def _in_turn(nodes: Sequence[Node], place: int, histories: Histories) -> bool:
    """Say whether all that a value is called are names that a loop gives to layers in turn: of other shapes before."""
    keys = {record.key for record in nodes[place].records}
    return all(len({nodes[at].value.shape for _, at in histories[key]}) > 1 for key in keys)


def _lifetime(nodes: Sequence[Node], place: int, histories: Histories) -> tuple[int, float]:
    """Return from when to when a variable had this value, as far as that is known."""
    node, died = nodes[place], 0.0
    if _in_turn(nodes, place, histories):
        # the layer has it between times too
        return 0, np.inf
    for record in node.records:
        died = max(died, next((at for at, _ in histories[record.key] if at > record.number), np.inf))
    return node.first, died


def _may_be_bias(node: Node, updated: set[Key]) -> bool:
    """Say whether a node may be biases: by its shape, and where it is zeros, or updates are known, by its names."""
    value = node.value
    if not (value.ndim < 2 or 1 in value.shape) or node.whole_numbers:
        return False
    named = any(r.key in updated or BIAS.search(r.name) for r in node.records)
    return named or (not updated and bool(value.any()))


def _timely(nodes: Sequence[Node], links: list[Link], histories: Histories) -> list[Link]:
    """Keep the layers whose weights were the ones of that time, where times are known."""
    if not histories:
        return links

    def current(place: int, at: int) -> bool:
        if _in_turn(nodes, place, histories):
            return True
        for record in nodes[place].records:
            before = [index for number, index in histories[record.key] if number <= at]
            if before and before[-1] == place:
                return True
        return False

    kept = []
    for link in links:
        at = nodes[link.result].last
        if current(link.weights, at) and (link.bias is None or current(link.bias, at)):
            kept.append(link)
    return kept
