"""Any PyTorch module as part of a set-up: trained on copies by PyTorch with the user's own loss, measured by hooks."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from backlit.diagnosis.parts import Bare, Graph, Once, Part, alike_for_seed
from backlit.diagnosis.setup import output_name
from backlit.diagnosis.torch_bare import without
from backlit.diagnosis.torch_calls import DROPOUTS, EVERY, leave_out
from backlit.diagnosis.torch_graph import loose_weights
from backlit.diagnosis.torch_looks import apart, module_look, weights_of, without_training

if TYPE_CHECKING:
    from backlit.diagnosis.seen import Look
    from backlit.diagnosis.setup import Setup

__all__ = ["module_part"]


def module_part(
    module: Any,
    loss: Callable[[Any, Any], Any],
    shape: tuple[int, ...],
    whole: bool,
    targets: np.ndarray,
    once: Once | None = None,
    bare: Bare | None = None,
    graph: Graph | None = None,
) -> Part:
    """Return a module as part of a set-up; ``module``: a copy of the user's. ``loss``: of outputs and targets."""
    graph = Graph() if graph is None else graph
    return Part(
        begin=partial(_begun, module, loss),
        named={name: array.detach().cpu().numpy() for name, array in module.named_parameters()},
        shape=shape,
        whole=whole,
        targets=targets,
        has_dropout=graph.drops or any(type(inner).__name__.startswith("Dropout") for inner in module.modules()),
        more=("loss",) if once is not None else ("output-activation",) if bare is not None else (),
        once=once,
        bare=bare,
        graph=graph,
        resting=tuple(name for name, array in module.named_parameters() if not array.requires_grad),
    )


@dataclass(eq=False)
class TorchTrainee:
    """A copy of a module in training, with the samples as tensors: a ``parts.Trainee``."""

    module: Any
    given_loss: Callable[[Any, Any], Any]
    optimizer: Any
    X: Any
    y: Any

    def step(self, rows: np.ndarray) -> float:
        """Make one step."""
        self.optimizer.zero_grad()
        value = self.given_loss(self.module(self.X[rows]), self.y[rows])
        value.backward()
        self.optimizer.step()
        return float(value.detach())

    def outputs(self, rows: np.ndarray) -> np.ndarray:
        """Return the outputs in evaluation mode."""
        import torch

        with without_training(self.module), torch.no_grad():
            found: np.ndarray = self.module(self.X[rows]).double().numpy()
        return found

    def loss(self, rows: np.ndarray, *, in_column: bool = False) -> float:
        """Return the loss in evaluation mode."""
        import torch

        y = self.y[rows]
        with without_training(self.module), torch.no_grad():
            return float(self.given_loss(self.module(self.X[rows]), y[:, None] if in_column else y))

    def look(self, rows: np.ndarray, step: int, before: dict[str, np.ndarray] | None = None) -> Look:
        """Look through hooks."""
        return module_look(self.module, self.given_loss, self.X[rows], self.y[rows], step, before)

    def weights(self) -> dict[str, np.ndarray]:
        """Return each part's first parameter."""
        return weights_of(self.module)


@contextmanager
def _begun(module: Any, loss: Callable[[Any, Any], Any], setup: Setup, seed: int) -> Iterator[TorchTrainee]:
    import torch

    from backlit.diagnosis.torch_lab import optimizer_of

    assert setup.part is not None
    once = setup.part.once
    if once is not None and setup.network.loss_row.name == once.loss:
        loss = once.given
    with apart(seed, sum(parameter.numel() for parameter in module.parameters())):
        trained = _module_for_seed(module, setup, seed)
        bare = setup.part.bare
        if bare is not None and output_name(setup) != bare.activation:
            without(trained, bare)
        optimizer, X = optimizer_of(torch, setup, trained), _inputs(setup, trained)
        if setup.all_trained and setup.part.graph.loose:
            optimizer.add_param_group({"params": loose_weights(trained, X[:2])})
        yield TorchTrainee(trained, loss, optimizer, X, _targets(setup, trained))


def _inputs(setup: Setup, module: Any) -> Any:
    """The samples as the module takes them."""
    import torch

    assert setup.part is not None
    kind = torch.int64 if setup.part.whole else next(module.parameters()).dtype
    return torch.as_tensor(setup.X.reshape(len(setup.X), *setup.part.shape)).to(kind)


def _targets(setup: Setup, module: Any) -> Any:
    """The targets as they are fed; a regression's may have been scaled."""
    import torch

    assert setup.part is not None
    fed = setup.part.targets
    if setup.labels is not None or not np.issubdtype(fed.dtype, np.floating):
        return torch.as_tensor(fed)
    return torch.as_tensor(setup.Y.reshape(fed.shape)).to(next(module.parameters()).dtype)


def _module_for_seed(given: Any, setup: Setup, seed: int) -> Any:
    """A copy of the module as it starts for one seed, on the processor; seed 0 has the weights given."""
    import torch

    module, rng = copy.deepcopy(given).cpu(), np.random.default_rng([17, seed])
    if setup.initializer == "default":
        for inner in module.modules():
            if hasattr(inner, "reset_parameters"):
                inner.reset_parameters()
    elif seed:
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.copy_(torch.as_tensor(alike_for_seed(parameter.numpy(), rng)))
    if setup.all_trained:
        module.requires_grad_(True)
    if setup.no_dropout:
        for inner in module.modules():
            if type(inner).__name__.startswith("Dropout"):
                inner.p = 0.0
        if setup.part is not None and setup.part.graph.drops:
            leave_out(module, DROPOUTS, EVERY)
    return module.train()
