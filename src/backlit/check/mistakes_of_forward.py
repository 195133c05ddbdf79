"""Rows of the table of mistakes in the forward pass, the loss, and the update."""

from __future__ import annotations

from backlit.check.mistake import Mistake

__all__ = ["FORWARD"]

FORWARD: tuple[Mistake, ...] = (
    Mistake(
        "slope-of-another-layer",
        "equals the pass with the slope of a neighbouring layer",
        "In {layer} the slope is that of another layer.",
        "The slope belongs to the layer whose activation it is of.",
        "{delta} = {error} * {slope}",
    ),
    Mistake(
        "absolute-error-used",
        "equals the pass with |ŷ − y| for the loss's derivative",
        "The size of the error, |ŷ − y|, was sent back, without its sign.",
        "The sign says whether the prediction was too high or too low.",
        "{residual}",
    ),
    Mistake(
        "squared-error-used",
        "equals the pass with (ŷ − y)² for the loss's derivative",
        "The squared error itself was sent back, not its derivative.",
        "A square has no sign, and its derivative is in proportion to the error.",
        "{residual}",
    ),
    Mistake(
        "output-not-activated",
        "equals the forward pass without the activation",
        "The activation of {layer} ({activation}) was left out of the forward pass.",
        "A backward pass belongs to the forward pass that made the predictions.",
        "a = {activation}(z)",
    ),
    Mistake(
        "activated-twice",
        "equals the forward pass through the activation twice",
        "The activation of {layer} ({activation}) was applied twice in the forward pass.",
        "Twice squeezes the values and their error.",
        "a = {activation}(z), once",
    ),
    Mistake(
        "forward-without-biases",
        "equals the forward pass without the biases",
        "The biases of {layer} were left out of the forward pass.",
        "They are trained, and move nothing.",
        "z = a @ W + b",
    ),
    Mistake(
        "bias-after-activation",
        "equals the forward pass with the biases added after the activation",
        "The biases of {layer} were added after the activation.",
        "They belong to the sum that the activation is given.",
        "a = {activation}(a_below @ W + b)",
    ),
    Mistake(
        "shares-of-columns",
        "equals softmax over the samples: each column adds up to 1",
        "Softmax was taken over the samples: each class's column adds up to 1, not each sample's row.",
        "The shares of one sample's classes add up to 1.",
        "e / e.sum(axis=1, keepdims=True)",
    ),
    Mistake(
        "shares-of-all-rows",
        "equals softmax over everything: all entries add up to 1",
        "Softmax was taken over everything: all entries add up to 1, not each sample's row.",
        "The shares of one sample's classes add up to 1.",
        "e / e.sum(axis=1, keepdims=True)",
    ),
    Mistake(
        "shares-not-divided",
        "equals e^z without its sum",
        "The exponentials were not divided by their sum.",
        "Shares add up to 1.",
        "e / e.sum(axis=1, keepdims=True)",
    ),
    Mistake(
        "another-activation",
        "equals the forward pass with another activation",
        "{layer} has another activation in the forward pass than {activation}.",
        "The backward pass of one is no backward pass of the other.",
        "a = {activation}(z)",
    ),
    Mistake(
        "labels-not-one-hot",
        "equals the pass with class numbers as targets",
        "The numbers of the classes were subtracted from the shares, not rows of 0 and 1 (one-hot).",
        "A class's number is no amount.",
        "p - np.eye(n_classes)[y]",
    ),
    Mistake(
        "loss-summed",
        "the loss times the number of samples",
        "The loss is summed over the {n} samples, not averaged.",
        "Loss and gradient must agree.",
        "np.mean over the samples",
    ),
    Mistake(
        "loss-sign",
        "minus the loss",
        "The loss has the wrong sign.",
        "Minimising it would make the predictions worse.",
        "-np.mean(...)",
    ),
    Mistake(
        "loss-of-another-kind",
        "the loss times a factor that a convention explains",
        "The loss is of another convention.",
        "Loss and gradient must agree.",
        "tell it by loss= or reduction=",
    ),
    Mistake(
        "loss-wrong-term",
        "the loss with the sign of one of its terms turned",
        "One of the loss's two terms has the wrong sign.",
        "Both y log p and (1 − y) log(1 − p) have a minus in front.",
        "-(y * np.log(p) + (1 - y) * np.log(1 - p))",
    ),
    Mistake(
        "loss-another-logarithm",
        "the loss by another logarithm",
        "The loss was taken with another logarithm than the natural one.",
        "The derivative of log p is 1 / p for the natural logarithm alone.",
        "np.log",
    ),
    Mistake(
        "several-steps",
        "the weights after several steps of the same batch",
        "The weights moved as by {steps} steps of this batch, not one: the update stands inside a loop over samples.",
        "A batch is one step: more of them with the same numbers go further than the gradient says.",
        "the update after the loop, once a batch",
    ),
)
