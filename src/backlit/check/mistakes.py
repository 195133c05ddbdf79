"""The table of mistakes: each with its identifier, how it is told from its neighbours, and its words.

The wrong equations stand in ``wrong_errors``, ``wrong_slopes`` and ``wrong_steps``, one place for each part of a
layer's backward pass. In the words, braces are filled by ``words.py``.
"""

from __future__ import annotations

from backlit.check.mistake import Mistake
from backlit.check.mistakes_of_forward import FORWARD
from backlit.check.mistakes_of_functions import FUNCTIONS
from backlit.check.mistakes_of_masks import MASKS
from backlit.check.mistakes_of_penalties import PENALTIES
from backlit.errors import unknown_name

__all__ = ["MISTAKES", "Mistake", "find_mistake"]


MISTAKES: dict[str, Mistake] = {
    row.identifier: row
    for row in (
        Mistake(
            "missing-output-derivative",
            "equals the pass without f′(z) at the output; the ratio to the right values is 1 / f′",
            "The error of the output layer {layer} was used as its error term, without the slope f′ of {activation}.",
            "The chain rule goes through the activation: where it is flat, the weights can change little.",
            "{delta} = {error} * {slope}",
        ),
        Mistake(
            "missing-hidden-derivative",
            "equals the pass without f′(z) in a hidden layer; the output layer is right",
            "The error sent back to {layer} was used as its error term, without the slope f′ of {activation}.",
            "Each hidden unit passes on only as much as its activation moves with its input.",
            "{delta} = ({back}) * {slope}",
        ),
        Mistake(
            "extra-output-derivative",
            "equals the pass with f′(z) on top of a loss that has cancelled it",
            "The error term of {layer} was multiplied by the slope of {activation}, which {loss} cancels.",
            "With this pair of output and loss the slope falls out; with it, sure mistakes are hardly corrected.",
            "{residual}",
        ),
        Mistake(
            "derivative-of-activation",
            "equals the pass with f′(f(z)): the activation where the pre-activation belongs",
            "In {layer} the derivative f′ was given the activation a, not the pre-activation z: that is f′(f(z)).",
            "It has the right shape and often the right size, so training limps instead of failing.",
            "{delta} = {error} * {slope}",
        ),
        Mistake(
            "derivative-of-pre-activation",
            "equals the pass with the activation's short form, such as a (1 − a), given z",
            "In {layer} the short form of the derivative ({short_form}) was given the pre-activation z, not a.",
            "The short form is written with the activation a = f(z); with z it is another function, often negative.",
            "{delta} = {error} * {slope}",
        ),
        Mistake(
            "derivative-of-input",
            "equals the pass with f′ of the layer's input",
            "In {layer} the derivative f′ was given the layer's input, not its pre-activation.",
            "The slope belongs to the point where the activation was taken: the sum that went into it.",
            "{delta} = {error} * {slope}",
        ),
        Mistake(
            "derivative-of-error-term",
            "equals the pass with the derivative of the error term itself",
            "In {layer} the derivative was taken of the error term d, such as d (1 − d), not of the activation.",
            "The slope says how the unit responds to its input; the error says how far off it was.",
            "{delta} = {error} * {slope}",
        ),
        Mistake(
            "updated-weights-used",
            "equals the pass through the weights after their step",
            "The error was sent back to {layer} through the weights of {above} after they had been updated.",
            "All error terms belong to the weights that made the prediction; else the step is not the gradient's.",
            "compute all error terms first, then change the weights",
        ),
        Mistake(
            "transposed-weights",
            "equals the pass through W where W.T belongs; the layer above must be square",
            "The error was sent back to {layer} through the weights of {above} the wrong way round.",
            "With square weights no shape complains, but each unit gets the blame of another.",
            "{back}",
        ),
        Mistake(
            "wrong-layer-weights",
            "equals the pass through a neighbouring layer's weights of the same shape",
            "The error was sent back to {layer} through the weights of another layer than {above}.",
            "The error comes back by the way the signal went: through the weights between {layer} and {above}.",
            "{back}",
        ),
        Mistake(
            "swapped-outer-product",
            "equals the transpose",
            "The outer product in {layer} is the wrong way round: its entry [i, j] belongs at [j, i].",
            "Weights are (n_in, n_out): a row an input, a column a unit.",
            "{outer}",
        ),
        Mistake(
            "sum-instead-of-mean",
            "a constant ratio n, the number of samples",
            "The gradients of the {n} samples were summed in {layer}, not averaged.",
            "The step grows with the batch: a learning rate that works for {n} samples fails for more.",
            "divide by the number of samples, {n}",
        ),
        Mistake(
            "mean-twice",
            "a constant ratio 1 / n",
            "{layer} was divided by the number of samples ({n}) twice.",
            "The mean is taken once, where samples are summed into the gradient; an error term is one sample's own.",
            "{outer_mean}, with error terms that are not divided by n",
        ),
        Mistake(
            "averaged-over-outputs",
            "a constant ratio 1 / n_out, the network's number of outputs",
            "The loss was averaged over the {n_out} outputs in {layer}; here it is summed over them.",
            "Loss and gradient must agree, or the learning rate means something else in each.",
            "sum the loss over outputs, or divide in both places",
        ),
        Mistake(
            "wrong-sign",
            "a constant ratio −1",
            "The sign is reversed from {layer} on, going backwards.",
            "The weights move uphill: the loss grows with every step.",
            "{sign}",
        ),
        Mistake(
            "factor-two",
            "a constant ratio 2 or 1/2",
            "{layer} is {ratio} the right value{half_said}.",
            "{half_why}",
            "{half_instead}",
        ),
        Mistake(
            "accumulated",
            "doubles on the second call",
            "{layer} is twice the right value, as if added to what an earlier pass had left.",
            "Each step needs the gradient of this pass alone.",
            "set gradients to zero before each pass, or assign instead of adding",
        ),
        Mistake(
            "missing-learning-rate",
            "a constant ratio 1 / learning rate",
            "The steps of {layer} were not multiplied by the learning rate ({rate}).",
            "The learning rate keeps the step small enough for the slope to hold.",
            "{step}",
        ),
        Mistake(
            "learning-rate-twice",
            "a constant ratio that is the learning rate",
            "{layer} was multiplied by the learning rate ({rate}) {rate_twice}.",
            "The step is then {rate} times what it should be.",
            "{step}",
        ),
        Mistake(
            "missing-input",
            "all rows alike: the entries do not depend on the input",
            "The gradient of {layer} does not multiply by the layer's input: all its rows are alike.",
            "A weight's share in the error is in proportion to what it was given.",
            "{outer}",
        ),
        Mistake(
            "pre-activation-as-input",
            "equals the pass with z of the layer below as the input",
            "The input of {layer} was taken to be the pre-activation z of {below}, not its activation.",
            "What {layer} was given in the forward pass is f(z).",
            "{outer}",
        ),
        Mistake(
            "softmax-diagonal-only",
            "equals the pass with a (1 − a) in place of softmax's Jacobian",
            "Softmax in {layer} was given the elementwise slope a (1 − a): only the diagonal of its Jacobian.",
            "Each softmax output depends on every pre-activation; off the diagonal there is −aⱼ aₖ.",
            "{softmax}",
        ),
        Mistake(
            "double-output-activation",
            "equals the pass whose prediction went through the output activation twice",
            "The prediction of {layer} was passed through {activation} once more.",
            "{activation} was applied already, in the forward pass; twice squeezes the prediction and its error.",
            "use the output activation as it is",
        ),
        Mistake(
            "input-in-bias",
            "equals the weight gradient added up over the inputs: the error terms times the sum of what came in",
            "The bias gradient of {layer} has the layer's inputs in it: it is the weight gradient added up.",
            "A bias is added as it is; what comes in has no part in its gradient.",
            "{bias_line}",
        ),
        Mistake(
            "bias-not-summed",
            "the sample axis is still there",
            "The bias gradient of {layer} still has a value for each of the {n} samples.",
            "One bias serves all samples: its gradient is the mean of theirs.",
            "{bias}",
        ),
        Mistake(
            "bias-missing",
            "zeros, or nothing",
            "The biases of {layer} have no gradient (zeros, or nothing).",
            "They would never move.",
            "{bias}",
        ),
        Mistake(
            "gradient-missing",
            "zeros, or nothing, at the weights",
            "The weights of {layer} have no gradient (zeros, or nothing).",
            "They would never move.",
            "{weight_line}",
        ),
        Mistake(
            "regularizer-not-in-gradient",
            "the difference is in proportion to the weights or their signs",
            "The penalty on the weights of {layer} is in the loss but not in the gradient.",
            "The weights would not shrink as the loss asks them to.",
            "add {penalty} to the gradient",
        ),
        *PENALTIES,
        Mistake(
            "broadcast-outer",
            "an (n, n) array arises from (n,) and (n, 1)",
            "Targets of shape ({n},) met predictions of shape ({n}, 1): broadcasting made an ({n}, {n}) array.",
            "Every prediction is compared with every sample's target, not with its own.",
            "give the targets the predictions' shape: y[:, None]",
        ),
        Mistake(
            "column-needed",
            "elementwise products where the outer product belongs",
            "In {layer} error terms and inputs were multiplied element by element, not each with each.",
            "A layer has a weight for every pair of input and unit: {n_in} × {n_units} of them.",
            "delta * x[:, None]: the inputs as a column ({n_in}, 1) against the error terms ({n_units},)",
        ),
        Mistake(
            "product-for-dot",
            "the products of each sample are still there, or all of them added up",
            "In {layer} inputs and error terms were multiplied element by element (*), where a matrix product belongs.",
            "A weight's gradient adds up the samples, and each input has a weight of its own.",
            "{outer_mean}",
        ),
        Mistake(
            "dot-for-product",
            "equals the pass with a matrix product where the slope is multiplied in element by element",
            "In {layer} a matrix product (dot, @) was taken where entries are multiplied one by one (*).",
            "Each unit of each sample has a slope of its own; a matrix product mixes them.",
            "{delta} = {error} * {slope}",
        ),
        Mistake(
            "gradient-for-weights",
            "equals the pass through the gradient of the layer above in place of its weights",
            "The error was sent back to {layer} through the gradient of the weights of {above}, not through these.",
            "The error comes back by the way the signal went: through the weights.",
            "{back}",
        ),
        Mistake(
            "rounded",
            "the values are quantised",
            "Values were rounded to {decimals} decimals on the way.",
            "Rounding on the way grows with every layer; round only what you print.",
            "keep full precision, and round for printing",
        ),
        Mistake(
            "unknown",
            "wrong, and none of the others",
            "{layer} is wrong, and no known mistake explains it.",
            "{facts}",
            "{right}",
        ),
        *FORWARD,
        *FUNCTIONS,
        *MASKS,
    )
}


def find_mistake(identifier: str) -> Mistake:
    """Return the row of an identifier; raises BacklitError, with the nearest one, for one that is none.

    >>> find_mistake("wrong-sign").told_by
    'a constant ratio −1'
    """
    if identifier not in MISTAKES:
        raise unknown_name("mistake", identifier, MISTAKES)
    return MISTAKES[identifier]
