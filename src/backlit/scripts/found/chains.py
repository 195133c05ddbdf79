"""Chains of layers: a forward pass is one that goes from an input to a result that no layer takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from backlit.scripts.found.links import Link
from backlit.scripts.seen.records import Node

__all__ = ["chains_of", "is_shared", "is_tied", "mixes_times", "worth"]

Key = tuple[str, str]
DEEPEST, MOST_CHAINS = 12, 3000
STRAIGHT = 1e-3
"""Size up to which tanh is a line, to a relative 1e-6."""


def chains_of(links: Sequence[Link]) -> Iterator[tuple[Link, ...]]:
    """Yield every chain of layers, from an input that is no layer's result to a result that no layer takes."""
    by_source: dict[int, list[Link]] = {}
    for link in links:
        by_source.setdefault(link.source, []).append(link)
    results = {link.result for link in links}
    starts = [link for link in links if link.source not in results] or list(links)
    count = 0
    stack: list[tuple[Link, ...]] = [(link,) for link in starts]
    while stack and count < MOST_CHAINS:
        chain = stack.pop()
        # one array may be the weights of two layers, of one of them turned round
        used = {(link.weights, link.turned) for link in chain}
        more = [
            link
            for link in by_source.get(chain[-1].result, ())
            if (link.weights, link.turned) not in used and link.columns == chain[0].columns and len(chain) < DEEPEST
        ]
        weights = {link.weights for link in chain}
        if all(link.weights in weights for link in more):
            count += 1
            yield chain
        stack += [(*chain, link) for link in more]


def mixes_times(nodes: Sequence[Node], chain: Sequence[Link], updated: set[Key]) -> bool:
    """Say whether shared weights are those of two steps: where training moves little, one pass goes on in another."""
    keys = [{r.key for r in nodes[link.weights].records} & updated for link in chain]
    return any(
        one.turned != other.turned and one.weights != other.weights and keys[i] & keys[j]
        for j, other in enumerate(chain)
        for i, one in enumerate(chain[:j])
    )


def is_tied(chain: Sequence[Link]) -> bool:
    """Say whether two layers of a chain have one array of weights."""
    return len({link.weights for link in chain}) < len(chain)


def is_shared(nodes: Sequence[Node], chain: Sequence[Link], links: Sequence[Link]) -> bool:
    """Say whether weights of a chain are another layer's too; without a bend it may be an error that is sent back."""
    uses = {(link.weights, link.turned) for link in chain}
    bent = {(link.weights, link.turned) for link in links if _is_bent(nodes[link.result].value, link.activation)}
    return any((weights, not turned) in uses | bent for weights, turned in uses)


def _is_bent(values: np.ndarray, activation: str) -> bool:
    """Say whether values show that an activation was there: small ones are their own tanh, those above 0 their ReLU."""
    if activation == "tanh":
        return bool(np.abs(values).max(initial=0.0) > STRAIGHT)
    return activation != "identity" and not ("relu" in activation and values.min(initial=1.0) > 0)


def worth(nodes: Sequence[Node], chain: Sequence[Link], updated: set[Key]) -> tuple[float, ...]:
    """More layers whose weights are updated first, with biases, not ending in a sum, the latest.

    Two layers with one array of weights come last: where targets are 0, an error that is sent back looks like that.
    """
    moving = sum(any(r.key in updated for r in nodes[link.weights].records) for link in chain)
    biases = sum(link.bias is not None or bool(link.ones) for link in chain)
    bends = sum(link.activation != "identity" for link in chain)
    samples = nodes[chain[0].source].value
    as_column = samples.ndim == 2 and samples.shape[1] == 1
    plain = as_column == chain[0].columns
    latest = nodes[chain[-1].result].last
    # where an earlier pass's values hardly change the result, they fit it too
    between = [nodes[link.source].last for link in reversed(chain[1:])]
    apart, turned = not is_tied(chain), sum(link.turned for link in chain)
    # where several arrays fit as samples, the data were there before what was made of them
    first = nodes[chain[0].source].first
    return apart, moving, len(chain), bends, biases, latest, plain, -turned, *between, -first
