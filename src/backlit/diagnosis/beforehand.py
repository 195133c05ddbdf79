"""What ends a diagnosis before anything is trained: values not finite, targets or batches that teach nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backlit.diagnosis.findings import Diagnosis, Finding
from backlit.diagnosis.rules_graph import no_gradient
from backlit.diagnosis.rules_output import output_findings
from backlit.diagnosis.setup import Setup
from backlit.validation import locate_not_finite

__all__ = [
    "all_frozen",
    "batches_of_one",
    "cut_off_from_all",
    "not_finite_in",
    "not_trained",
    "targets_alike",
    "weights_not_finite",
]


def not_finite_in(given: Sequence[tuple[str, Any]]) -> Diagnosis | None:
    """A finding for the first value of the samples that is NaN or infinite, or None; by name and array."""
    for name, value in given:
        try:
            array = np.asarray(value.detach().cpu() if hasattr(value, "detach") else value, np.float64)
        except (TypeError, ValueError):
            continue
        bad = np.argwhere(~np.isfinite(array)) if value is not None else np.empty((0, 0))
        if len(bad):
            place = tuple(int(i) for i in bad[0])
            address = f"{name}[{','.join(str(i + 1) for i in place)}]"
            happened = f"{len(bad)} of {array.size} values of {name} are not finite; the first is {array[place]}"
            advice = "fill in or leave out what is missing"
            finding = Finding("not-finite", ("missing_prep",), address, happened, advice, source="exact")
            return Diagnosis(f"Nothing can be learned: {happened}.", (finding,))
    return None


def weights_not_finite(setup: Setup) -> Diagnosis | None:
    """A finding for the first weight or bias that is NaN or infinite, or None."""
    if setup.part is not None:
        named: list[tuple[str, Any]] = list(setup.part.named.items())
    else:
        named = [(f"L{i}.w", layer.weights) for i, layer in enumerate(setup.network.layers, 1)]
        named += [(f"L{i}.b", layer.biases) for i, layer in enumerate(setup.network.layers, 1)]
    for name, array in named:
        place = None if array is None else locate_not_finite(array)
        if array is not None and place is not None:
            units = ",".join(str(index + 1) for index in place)
            happened = f"a weight or bias of {name.partition('.')[0]} is {array[place]} before training begins"
            finding = Finding("not-finite", ("init",), f"{name}[{units}]", happened, "start from finite weights")
            return Diagnosis(f"Nothing can be learned: {happened}.", (finding,))
    return None


def not_trained(module: Any, optimizer: Any) -> Diagnosis | None:
    """A finding where a PyTorch module's parameters are all frozen, or none of them is the optimizer's, or None."""
    moving = [parameter for parameter in module.parameters() if parameter.requires_grad]
    held = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    if not moving:
        happened = "none of the module's parameters asks for a gradient (requires_grad is False)"
        advice = "let the parameters that are to learn ask for one"
    elif not any(id(parameter) in held for parameter in moving):
        happened = "the optimizer holds none of the module's parameters: it steps those of another module"
        advice = "make the optimizer of the parameters of the module that is trained"
    else:
        return None
    finding = Finding("not-trained", ("opt",), "optimizer", happened, advice, source="exact")
    return Diagnosis(f"Nothing can be learned: {happened}.", (finding,))


def all_frozen() -> Diagnosis:
    """A finding for a Keras model none of whose weights is trained."""
    happened = "none of the model's weights is trainable (trainable is False)"
    advice = "let the layers that are to learn be trainable, and compile the model again"
    finding = Finding("not-trained", ("opt",), "optimizer", happened, advice, source="exact")
    return Diagnosis(f"Nothing can be learned: {happened}.", (finding,))


def batches_of_one(setup: Setup) -> Diagnosis | None:
    """A finding where batch normalisation is given one sample at a time, or None."""
    if not setup.norms or setup.batch_size > 1:
        return None
    happened = (
        "batch normalisation gets batches of one sample, whose deviation is 0: what it gives on is the same for all"
    )
    finding = Finding("batch-of-one", ("batch_size",), "training", happened, "use batches of 32", 1, 2, "exact")
    return Diagnosis(f"Nothing can be learned: {happened}.", (finding,))


def cut_off_from_all(setup: Setup) -> Diagnosis | None:
    """A finding where a module's outputs hang together with none of its parameters, or None."""
    finding = no_gradient(setup)
    return None if finding is None else Diagnosis(f"Nothing can be learned: {finding.happened}.", (finding,))


def targets_alike(setup: Setup) -> Diagnosis | None:
    """A finding where every sample has the same target, or None."""
    targets = setup.Y if setup.labels is None else setup.labels[:, None]
    if (targets != targets[:1]).any():
        return None
    value = ", ".join(f"{entry:g}" for entry in setup.Y[0][:3])
    happened = f"all {len(setup.X)} targets are the same ({value})"
    advice = "look how targets were chosen or coded; a network needs at least two classes, or values that differ"
    finding = Finding("constant-target", ("wrong_prep",), "y", happened, advice, source="exact")
    return Diagnosis(f"There is nothing to learn: {happened}.", (finding, *output_findings(setup)))
