"""Trace: every quantity of one forward sweep, backward sweep and step, named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from backlit.equations.arrays import Array
from backlit.equations.optimizers import gradient_descent_step
from backlit.network.network import Layer, Network
from backlit.network.sweeps import (
    LayerBackward,
    LayerForward,
    backward,
    draw_masks,
    forward,
    sample_losses,
    stop_if_not_finite,
)
from backlit.network.targets import as_inputs, as_targets
from backlit.validation import generator, learning_rate_in_range

if TYPE_CHECKING:
    from backlit.playground.page import Page

__all__ = ["LayerTrace", "Trace", "trace"]


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """One layer of a Trace. For one sample the arrays below have no first axis; else it is ``n_samples``.

    ``weights (n_in, n_out)``, ``biases (n_out,)`` or None: before the step. ``input (n, n_in)``;
    ``pre_activation`` z, ``activation`` a = f(z), ``slope`` f'(z) (None where the loss is fused with the output or
    softmax has no elementwise one), ``error`` (what reaches the activation: minus the gradient of the sample's loss
    there; None where fused), ``error_term`` delta: all (n, n_out). ``dropout_mask (n, n_out)`` or None.
    ``weight_gradient``, ``weight_step (n_in, n_out)``, ``bias_gradient``, ``bias_step (n_out,)`` or None: gradients
    of the mean loss, and what is added to the parameters.
    """

    address: str
    activation_name: str
    weights: np.ndarray
    biases: np.ndarray | None
    input: np.ndarray
    pre_activation: np.ndarray
    activation: np.ndarray
    slope: np.ndarray | None
    error: np.ndarray | None
    error_term: np.ndarray
    weight_gradient: np.ndarray
    bias_gradient: np.ndarray | None
    weight_step: np.ndarray
    bias_step: np.ndarray | None
    dropout_mask: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Trace:
    """Every quantity of one step of gradient descent; made by ``Network.trace``.

    ``input``, ``target (n, n_out)`` and ``prediction`` have no first axis for one sample. ``loss`` is the mean over
    samples, ``sample_losses (n,)`` each one's. ``layers[0]`` is the layer next to the input. ``rounded`` says that
    rounded values were carried from line to line.
    """

    network: Network
    input: np.ndarray
    target: np.ndarray
    learning_rate: float
    loss: float
    sample_losses: np.ndarray
    layers: tuple[LayerTrace, ...]
    rounded: bool = False

    @property
    def prediction(self) -> np.ndarray:
        """The output layer's activation."""
        return self.layers[-1].activation

    @property
    def one_sample(self) -> bool:
        """Whether the trace was made of one sample given without a sample axis."""
        return self.input.ndim == 1

    @property
    def n_samples(self) -> int:
        """Number of samples."""
        return 1 if self.one_sample else len(self.input)

    @property
    def updated(self) -> Network:
        """The network after the step: each step added to its parameter."""
        weights = [layer.weights + layer.weight_step for layer in self.layers]
        biases = [None if layer.biases is None else layer.biases + layer.bias_step for layer in self.layers]
        return self.network.with_parameters(weights, biases)

    def __repr__(self) -> str:
        samples = "1 sample" if self.n_samples == 1 else f"{self.n_samples} samples"
        return f"Trace of {samples}, loss {self.loss:.6g}, learning rate {self.learning_rate:g}: {self.network!r}"

    # The methods below are doors to `explain` and `playground`, which are above; each imports what it opens.

    def to_text(self, at: str = "net", **options: Any) -> str:
        """Explain the quantity at an address in plain text; options as in ``backlit.explain.explain``."""
        return self._render("text", at, options)

    def to_markdown(self, at: str = "net", **options: Any) -> str:
        """Explain the quantity at an address in Markdown with LaTeX formulas."""
        return self._render("markdown", at, options)

    def to_latex(self, at: str = "net", *, whole: bool = True, **options: Any) -> str:
        """Explain the quantity at an address as a LaTeX document that needs amsmath and geometry.

        ``whole=False`` gives a part to put into a document of your own, which needs amsmath.
        """
        return self._render("latex" if whole else "latex-fragment", at, options)

    def to_html(self, at: str = "net", **options: Any) -> str:
        """Explain the quantity at an address as a page of its own: MathML and SVG, no script, no font."""
        return self._render("html", at, options)

    def to_svg(self, at: str = "net", **options: Any) -> str:
        """Draw the network with its values on units and weights; what stands at an address is marked."""
        return self._render("svg", at, options)

    def to_tikz(self, at: str = "net", **options: Any) -> str:
        r"""Draw the same as a ``tikzpicture`` for a LaTeX document, which needs ``\usepackage{tikz}``."""
        return self._render("tikz", at, options)

    def page(self, *, sample: int = 1, image: tuple[int, int] | None = None) -> Page:
        """Return a page that steps through this pass and lets every number be changed; ``sample`` is shown first.

        ``image``: rows and columns of the inputs, to draw them as an image (by themselves where they make a square).
        A notebook shows the page as it is; ``.save(FILE)`` writes it, ``.open()`` shows it in the browser.

        Raises BacklitError for a trace with dropout or rounded values, and for a row of a user's own that is not plain
        arithmetic.
        """
        from backlit.playground.page import page_of_trace

        return page_of_trace(self, sample=sample, image=image)

    def to_json(self) -> str:
        """Return every value at full precision; the schema is in docs/trace-schema.json."""
        from backlit.network.trace_json import to_json

        return to_json(self)

    @staticmethod
    def from_json(text: str) -> Trace:
        """Return the Trace that ``to_json`` wrote, value for value.

        Raises BacklitError for text that is not such JSON.
        """
        from backlit.network.trace_json import from_json

        return from_json(text)

    def _render(self, form: str, at: str, options: dict[str, Any]) -> str:
        from backlit.explain import explain

        return explain(self, at=at, form=form, **options)

    def _repr_html_(self) -> str:
        return self._render("html-fragment", "net", {})

    def _repr_latex_(self) -> str:
        return self._render("latex-fragment", "net", {})


def trace(
    net: Network,
    X: Any,
    y: Any,
    *,
    learning_rate: float,
    dropout_seed: int | np.random.Generator | None = None,
    carry: Callable[[Array], Array] | None = None,
) -> Trace:
    """Sweep forward and backward and keep everything; see ``Network.trace``.

    ``carry`` rounds each printed value before it is carried on to the next line; it is how the lesson's own chain
    is followed.
    """
    rate = learning_rate_in_range(learning_rate)
    inputs, one_sample = as_inputs(net, X)
    targets = as_targets(net, y, len(inputs), one_sample=one_sample)
    masks = None if dropout_seed is None else draw_masks(net, len(inputs), generator(dropout_seed, "dropout_seed"))
    keep = carry or (lambda array: array)
    with np.errstate(all="ignore"):
        sweep = forward(net, inputs, masks=masks, carry=keep)
        steps = backward(net, sweep, targets, carry=keep)
        losses = sample_losses(net, sweep, targets)
        parts = zip(net.layers, sweep, steps, strict=True)
        layers = [_layer_trace(i, *part, rate, keep) for i, part in enumerate(parts, 1)]
    _stop_if_overflowed(layers, losses)
    layers = [_without_sample_axis(layer) for layer in layers] if one_sample else layers
    pick: Any = 0 if one_sample else slice(None)
    return Trace(
        network=net,
        input=inputs[pick],
        target=targets[pick],
        learning_rate=rate,
        loss=float(np.mean(losses)),
        sample_losses=losses,
        layers=tuple(layers),
        rounded=carry is not None,
    )


def _layer_trace(
    i: int, layer: Layer, up: LayerForward, down: LayerBackward, rate: float, keep: Callable[[Array], Array]
) -> LayerTrace:
    return LayerTrace(
        address=f"L{i}",
        activation_name=layer.row.name,
        weights=layer.weights,
        biases=layer.biases,
        input=up.input,
        pre_activation=up.pre_activation,
        activation=up.activation,
        slope=down.slope,
        error=down.error,
        error_term=down.error_term,
        weight_gradient=down.weight_gradient,
        bias_gradient=down.bias_gradient,
        weight_step=keep(gradient_descent_step(down.weight_gradient, rate)),
        bias_step=None if down.bias_gradient is None else keep(gradient_descent_step(down.bias_gradient, rate)),
        dropout_mask=up.mask,
    )


_PER_SAMPLE = ("input", "pre_activation", "activation", "slope", "error", "error_term", "dropout_mask")


def _without_sample_axis(layer: LayerTrace) -> LayerTrace:
    values = {name: getattr(layer, name) for name in LayerTrace.__dataclass_fields__}
    return LayerTrace(**{k: v[0] if k in _PER_SAMPLE and v is not None else v for k, v in values.items()})


def _stop_if_overflowed(layers: list[LayerTrace], losses: np.ndarray) -> None:
    up = ("pre_activation", "activation")
    down = ("error_term", "weight_gradient", "bias_gradient", "weight_step", "bias_step")
    quantities = {f"{name} of {layer.address}": getattr(layer, name) for layer in layers for name in up}
    quantities["the loss"] = losses
    quantities |= {f"{name} of {layer.address}": getattr(layer, name) for layer in layers[::-1] for name in down}
    stop_if_not_finite(quantities)
