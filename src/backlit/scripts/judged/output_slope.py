"""One sample with one output: a wrong slope there is a factor of all steps, and must not pass as a learning rate."""

from __future__ import annotations

from collections.abc import Sequence

from backlit.equations.activation_table import find_activation
from backlit.scripts.found.subject import Subject
from backlit.scripts.judged.expected import Fact, Option

__all__ = ["rate_beside_wrong_slope"]

SAME = 1e-6


def rate_beside_wrong_slope(
    subject: Subject, option: Option, facts: Sequence[Fact], factor: float, allowed: Sequence[float]
) -> float | None:
    """Return the file's rate, where a common factor of steps is that rate times a wrong slope at the output.

    None where the factor is the rate itself, or is not explained so. ``allowed`` are the factors that the loss may
    have. Of named gradients the factor is known without a rate.
    """
    found = subject.found
    row = find_activation(found.links[-1].activation)
    alone = found.predictions.size == 1 and all(fact.claim.gradient is None for fact in facts)
    if not alone or row.derivative is None or row.name == "identity":
        return None
    # a step that is made number by number has no line of its own: any number of the file may be the rate
    rates = [rate for rate, _ in subject.rates] or [number for number in subject.numbers if number]
    sizes = [(abs(factor / (scale * rate)), rate) for rate in rates for scale in dict.fromkeys(allowed)]
    if any(abs(size - 1) < SAME for size, _ in sizes):
        return None
    last = len(found.links) - 1
    bias = found.bias(last)
    z = found.below(last) @ found.weights(last) + (0 if bias is None else bias)
    slope, a = float(row.derivative(z).reshape(())), float(found.predictions.reshape(()))
    # under a loss that takes the slope away the right factor is 1
    times = slope if option.net.loss_row.name == "squared_error" else 1.0
    others = (1.0, a, 1 - a, a * (1 - a), 1 - a**2, slope**2)
    wrong = [abs(other) for other in others if abs(other) > SAME]
    return next((rate for size, rate in sizes for other in wrong if abs(size * abs(times) / other - 1) < SAME), None)
