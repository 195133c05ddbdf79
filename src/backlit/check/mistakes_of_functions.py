"""Rows of the table of mistakes that are told in a function, an activation or a layer of one's own."""

from __future__ import annotations

from backlit.check.mistake import Mistake

__all__ = ["FUNCTIONS"]

FUNCTIONS: tuple[Mistake, ...] = (
    Mistake(
        "stray-factor",
        "a constant ratio that no other mistake has",
        "{array} of {layer} is {ratio} times the right value in every entry.",
        "A factor in one line comes of that line.",
        "look for a stray factor {ratio} in the line that computes it",
    ),
    Mistake(
        "weight-steps",
        "a constant negative ratio between all arrays: weight steps where gradients were asked for",
        "All arrays are the right ones times one negative factor: they are weight steps, not gradients.",
        "A step goes against the gradient, by the learning rate.",
        "convention='weight_step', learning_rate=the rate",
    ),
    Mistake(
        "another-convention",
        "right for another convention of the loss: summed, averaged over outputs, without a half",
        "All arrays are right for a loss by another convention.",
        "Loss, gradient and learning rate must agree.",
        "tell the convention by reduction=, loss= or layout=",
    ),
    Mistake(
        "upstream-left-out",
        "equals the slope without the gradient at the output, or with another value in its place",
        "What comes back from the output (grad_output, dY) was left out.",
        "It says how much each output matters; without it the chain rule ends there.",
        "dX = grad_output * f′(X)",
    ),
    Mistake(
        "value-as-slope",
        "equals the function's own value in place of its slope",
        "In {layer} the function itself, f, was used as its slope.",
        "A function and its slope are two functions.",
        "dz = da * f′(z)",
    ),
    Mistake(
        "input-as-slope",
        "equals the input in place of the slope",
        "In {layer} the input of the activation was used as its slope.",
        "The input says where the slope is taken, not how large it is.",
        "dz = da * f′(z)",
    ),
    Mistake(
        "slope-cut-short",
        "equals a part of the slope's formula, such as 1 − a (or 1 − z) for a (1 − a)",
        "In {layer} a part of the slope's formula was left out.",
        "The rest of the formula is another function.",
        "sigmoid: a * (1 - a); tanh: 1 - a**2",
    ),
    Mistake(
        "slope-of-another-activation",
        "equals the slope of another activation",
        "In {layer} the slope is that of another activation.",
        "Each activation has a slope of its own.",
        "sigmoid: a * (1 - a); tanh: 1 - a**2; relu: x > 0",
    ),
    Mistake(
        "square-misplaced",
        "equals (1 − a)² for 1 − a² or a (1 − a)",
        "In {layer} the slope is (1 − a)², squared as a whole.",
        "1 − a² is (1 − a)(1 + a).",
        "sigmoid: a * (1 - a); tanh: 1 - a**2",
    ),
    Mistake(
        "slope-reversed",
        "equals the slope of the other side of 0",
        "In {layer} the slope is that of the other side: of z < 0 where z > 0 belongs.",
        "What the forward pass let through passes back, and what it held back does not.",
        "relu: z > 0",
    ),
    Mistake(
        "activation-of-error",
        "equals the activation of the error that arrives",
        "In {layer} the activation was applied to the error sent back, in place of multiplying it by the slope.",
        "An error is multiplied by the slope at z; how large the error is does not change the slope.",
        "dz = da * f′(z)",
    ),
    Mistake(
        "slope-twice",
        "equals the slope times itself",
        "In {layer} the slope was multiplied in twice.",
        "The chain rule goes through each function once.",
        "dz = da * f′(z)",
    ),
    Mistake(
        "diagonal-only",
        "equals the diagonal of a Jacobian that has more than that",
        "Each output was taken to depend on its own input alone.",
        "Through a sum, a mean or a maximum each output depends on several inputs.",
        "add up what comes back from every output that an input has a part in",
    ),
    Mistake(
        "statistics-as-constants",
        "equals the gradient with the mean, the variance or the size held fixed, as in batch and layer normalisation",
        "What a row or a batch is normalised by, or a part of it, was taken as a constant.",
        "It moves with every input that it is taken of.",
        "go back through the mean and the variance, or the size, too",
    ),
    Mistake(
        "nothing-passed-between-rows",
        "equals the gradient with each row's output depending on its own row alone, though it depends on others",
        "Nothing was passed back from one row to another, such as from later times to earlier ones.",
        "What a later row takes from an earlier one, it owes to it.",
        "carry the error of each row back to the rows before it",
    ),
    Mistake(
        "overwritten",
        "wrong only where several outputs depend on one input, and there equal to the share of one of them",
        "A later contribution overwrites the earlier ones: assigned where it should be added.",
        "Where an input is met more than once, the gradients of all its uses add up.",
        "+= in place of =, or np.add.at(dX, rows, dY) where rows occur several times",
    ),
    Mistake(
        "wrong-axis",
        "equals the sum along another axis, or over everything",
        "The sum was taken along another axis than the one that the forward pass shares.",
        "What is shared along an axis is summed along that axis, and no other.",
        "{bias_line}",
    ),
    Mistake(
        "kernel-turned",
        "equals the gradient with a parameter, such as a convolution's kernel, in reverse order along its last axes",
        "The kernel was turned round on one of its two ways, or its gradient was.",
        "What went forward by kernel[i] comes back by kernel[i], to where it came from.",
        "add to each window what it gave: dx[i : i + m] += dy[i] * k; dk += dy[i] * x[i : i + m]",
    ),
    Mistake(
        "whole-numbers",
        "right for floats, wrong for the whole numbers that were given",
        "With whole numbers as they were given, the function or its gradient fails or gives other values.",
        "An array of whole numbers cuts off what follows the point, and some operations refuse it.",
        "np.asarray(x, float) first, or np.zeros(x.shape), which is float, for np.zeros_like(x)",
    ),
)
