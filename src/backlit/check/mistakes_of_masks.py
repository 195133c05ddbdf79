"""Rows of the table of mistakes that are made with dropout's mask."""

from __future__ import annotations

from backlit.check.mistake import Mistake

__all__ = ["MASKS"]

MASKS: tuple[Mistake, ...] = (
    Mistake(
        "mask-left-out",
        "wrong only where the output is 0",
        "In {layer} the mask of the forward pass was not applied on the way back.",
        "What the forward pass set to 0 has no part in the loss.",
        "{delta} = ({unmasked_back}) * {mask} * {slope}",
    ),
    Mistake(
        "mask-scale-left-out",
        "equals the pass whose mask is 0 and 1 on the way back, and 0 and 1 / (1 − rate) on the way there",
        "In {layer} what was left out is right, and what stayed was not multiplied by 1 / (1 − rate) on the way back.",
        "The forward pass multiplies what stays by it, so its gradient is multiplied by it too.",
        "{delta} = ({unmasked_back}) * {mask} * {slope}, with the very mask of the forward pass, 1 / (1 − rate) in it",
    ),
    Mistake(
        "mask-scale-twice",
        "equals the pass that multiplies what stays by 1 / (1 − rate) once more on the way back",
        "In {layer} what stayed was multiplied by 1 / (1 − rate) twice on the way back.",
        "The forward pass multiplies by it once.",
        "{delta} = ({unmasked_back}) * {mask} * {slope}",
    ),
    Mistake(
        "slope-after-mask",
        "equals the pass with the slope taken from the activation after dropout",
        "In {layer} the slope was taken from the activation after dropout, times 1 / (1 − rate) or 0.",
        "The slope belongs to the activation as the function gave it, before the mask.",
        "keep the activation of before the mask: {delta} = ({unmasked_back}) * {mask} * {slope}",
    ),
    Mistake(
        "input-before-mask",
        "equals the product with the activation of the layer below as it was before dropout",
        "The weights' gradient of {layer} was made with what {below} gave before dropout.",
        "What the weights met was what was left after the mask.",
        "dW = {outer_mean}, with the input as it was after the mask",
    ),
)
