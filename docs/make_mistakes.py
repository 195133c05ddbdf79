"""Write docs/mistakes.md from the table: `python docs/make_mistakes.py`. A test keeps the page current."""

from pathlib import Path

import numpy as np

import backlit as bl
from backlit.check.gradients import place_of
from backlit.check.mistakes import MISTAKES
from backlit.check.words import filled

PAGE = Path(__file__).parent / "mistakes.md"
FACTS = {
    "ratio": "twice",
    "half": "forgotten",
    "decimals": "3",
    "steps": "5",
    "array": "weight gradient",
    "facts": "The report says what the numbers show.",
}


def page() -> str:
    """Return the page: every mistake with how it is told and its words, as for the hidden layer of a 3-4-2 network."""
    net = bl.Network.random([3, 4, 2], loss="log_loss", seed=0)
    place = place_of(net, np.zeros((5, 3)), np.full((5, 2), 0.5), rate=0.5, l2=0.01)
    rows = [
        "# The mistakes that are named",
        "What a [check](check.md) may find in a backward pass written by hand: how it is told from the others, what "
        "happened and why it matters, what to write instead. The identifiers are the same in reports, in JSON and in "
        "grades.",
        "The words are those for a 3-4-2 sigmoid network with log loss, a batch of 5 and a learning rate of 0.5. The "
        "page is made from the table in `src/backlit/check/mistakes.py` by `python docs/make_mistakes.py`.",
    ]
    for identifier, row in MISTAKES.items():
        at_output = any(word in identifier for word in ("output", "softmax", "broadcast", "-as-input"))
        here = place._replace(layer_index=1 if at_output else 0, as_steps="learning-rate" in identifier)
        words = filled(identifier, here, **FACTS)
        rows.append(f"## `{identifier}`")
        rows.append(f"Told by: {row.told_by}.")
        rows.append(f"{words[0]} {words[1]} Instead: `{words[2]}`.")
    return "\n\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
