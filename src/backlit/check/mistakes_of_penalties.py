"""Rows of the table of mistakes that are told in the penalty's part of a gradient."""

from __future__ import annotations

from backlit.check.mistake import Mistake

__all__ = ["PENALTIES"]

PENALTIES: tuple[Mistake, ...] = (
    Mistake(
        "penalty-wrong-sign",
        "the data's part is right, and the penalty's has the wrong sign",
        "The penalty's part of {layer} has the wrong sign; the data's part is right.",
        "The weights would be driven to grow.",
        "data gradient + {penalty}",
    ),
    Mistake(
        "penalty-halved",
        "the data's part is right, and the penalty's is half of it",
        "The penalty's part of {layer} is half of what it should be; the data's part is right.",
        "Here the penalty is l2 / 2 × Σ W², whose derivative is l2 × W.",
        "data gradient + {penalty}",
    ),
    Mistake(
        "penalty-doubled",
        "the data's part is right, and the penalty's is twice as large",
        "The penalty's part of {layer} is twice what it should be; the data's part is right.",
        "Here the penalty is l2 / 2 × Σ W², whose derivative is l2 × W; of l2 × Σ W² it is 2 × l2 × W.",
        "data gradient + {penalty}",
    ),
    Mistake(
        "penalty-averaged",
        "the data's part is right, and the penalty's is divided by the number of samples",
        "The penalty's part of {layer} is divided by the number of samples ({n}); the data's part is right.",
        "Here the penalty belongs to the loss once, not to each sample; a loss that has l2 / (2 n) has it so.",
        "data gradient + {penalty}; or pass l2 / {n}",
    ),
    Mistake(
        "penalty-summed",
        "the data's part is right, and the penalty's is multiplied by the number of samples",
        "The penalty's part of {layer} is multiplied by the number of samples ({n}); the data's part is right.",
        "The penalty belongs to the loss once, not to each sample.",
        "data gradient + {penalty}",
    ),
    Mistake(
        "penalty-other",
        "the data's part is right, and the penalty is of another kind",
        "The penalty's part of {layer} is of another kind; the data's part is right.",
        "The squares' penalty draws in proportion to the weights, the sizes' penalty by their signs.",
        "data gradient + {penalty}",
    ),
    Mistake(
        "biases-penalised",
        "the penalty is in the gradient of the biases too",
        "The biases of {layer} are penalised like weights.",
        "A bias moves the output and does not make it steeper; here the penalty is on the weights.",
        "{bias}, without a penalty",
    ),
)
