"""The rules on a module's way from weights to outputs: what no step can reach, and what is new in each pass."""

from __future__ import annotations

from collections.abc import Iterator

from backlit.diagnosis.clue import Clue
from backlit.diagnosis.findings import Finding
from backlit.diagnosis.measures import Measures
from backlit.diagnosis.setup import Setup

__all__ = ["differing", "loose", "no_gradient", "unreached"]

CUT = "look for detach(), .data, numpy or torch.no_grad() between them and the output"


def differing(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """Outputs that differ from pass to pass in evaluation mode."""
    graph = None if setup.part is None else setup.part.graph
    if graph is None or graph.repeats:
        return
    changes: tuple[str, ...] = ()
    happened = "the same samples get other outputs in each pass, in evaluation mode too"
    advice, innocent = "look what forward draws at random", "a module that draws noise on purpose"
    if graph.loose:
        happened += f": {graph.loose} weights that take part are made anew in forward, and are none of its parameters"
        advice, innocent = "make all layers in __init__, as attributes of the module", ""
    elif graph.drops:
        happened += ": forward calls dropout as a function, which drops at all times unless it is told not to"
        advice, innocent, changes = "F.dropout(x, p, training=self.training), or nn.Dropout", "", ("dropout",)
    finding = Finding("not-repeatable", ("layers",), "net", happened, advice, source="exact", innocent=innocent)
    yield Clue(finding, changes, 3.0)


def loose(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """Weights that take part and are none of the parameters, so that no optimizer has them."""
    graph = None if setup.part is None else setup.part.graph
    if graph is not None and graph.loose and graph.repeats:
        happened = (
            f"{graph.loose} weights that take part are none of the module's parameters, so the optimizer, which is "
            "given module.parameters(), does not move them"
        )
        advice = "keep layers in nn.ModuleList or nn.Sequential, not in a list, and weights in nn.Parameter"
        finding = Finding("not-registered", ("layers",), "net", happened, advice, source="exact")
        yield Clue(finding, ("all-trained",), 3.0)


def unreached(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """Parameters that no gradient comes to."""
    names = () if setup.part is None else setup.part.graph.unreached
    if setup.part is not None and names:
        happened = f"no gradient comes to {len(names)} of the {len(setup.part.named)} parameters: {_listed(names)}"
        innocent = "layers that forward does not use"
        finding = Finding("not-reached", ("layers",), names[0], happened, CUT, source="exact", innocent=innocent)
        yield Clue(finding, (), 1.7)


def no_gradient(setup: Setup) -> Finding | None:
    """A finding where no parameter at all is on the way to the outputs, or None."""
    if setup.part is None or setup.part.graph.joined:
        return None
    happened = "the outputs hang together with none of the module's parameters, so none gets a gradient"
    return Finding("not-reached", ("layers",), "net", happened, CUT, source="exact")


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
