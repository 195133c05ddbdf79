"""What ``check_layer`` says of layers and functions of one's own, right and wrong, from ``layers.py``.

Run: python benchmarks/evaluation_layers.py. It prints the figures and what is not named, and exits 1 for an alarm, a
miss, a name that is not written down, or fewer than 70 % named.
"""

import sys
from collections import Counter
from typing import NamedTuple

from arguments import given
from layers import LAYERS

import backlit as bl

__all__ = ["LayerOutcome", "layer_outcomes"]


class LayerOutcome(NamedTuple):
    """A backward function: of which layer, the names that would be right (None if it is), what was said and stated."""

    layer: str
    expected: tuple[str, ...] | None
    named: tuple[str, ...]
    stated: frozenset[str]

    @property
    def kind(self) -> str:
        """right, alarm; missed, named, tie (stated beside another), unknown, or wrong: no name written down."""
        if self.expected is None:
            return "alarm" if self.named else "right"
        if not self.named:
            return "missed"
        names = set(self.named) - {"unknown"}
        if not names:
            return "unknown"
        if names & set(self.expected):
            return "named"
        return "tie" if self.stated & set(self.expected) else "wrong"


def layer_outcomes() -> list[LayerOutcome]:
    """Check each backward function once; the first finding's name counts, with those stated beside it."""
    outcomes = []
    for layer in LAYERS:
        X, *parameters = layer.arguments
        for expected, backward in ((None, layer.right), *layer.wrong):
            report = bl.check_layer(layer.forward, backward, X, parameters)
            first = report.findings[:1]
            named = tuple(finding.identifier for finding in first) or ("unknown",)
            stated = frozenset(name for finding in first for name in finding.alternatives)
            outcomes.append(LayerOutcome(layer.name, expected, named if not report.ok else (), stated))
    return outcomes


def main() -> int:
    """Print the figures; return 1 where one is not reached."""
    outcomes = layer_outcomes()
    counts = Counter(outcome.kind for outcome in outcomes)
    for outcome in outcomes:
        if outcome.kind not in ("right", "named"):
            print(outcome.kind, outcome.layer, outcome.expected, outcome.named)
    wrong = sum(outcome.expected is not None for outcome in outcomes)
    print(f"{len(outcomes) - wrong} right backward functions: {counts['alarm']} called wrong")
    print(f"{wrong} wrong ones: {counts['missed']} missed, {counts['named']} named, {counts['wrong']} named wrongly")
    return int(counts["alarm"] + counts["missed"] + counts["wrong"] > 0 or counts["named"] < 0.7 * wrong)


if __name__ == "__main__":
    given(__doc__)
    sys.exit(main())
