"""What a diagnosis says: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backlit.diagnosis.seen import Seen

__all__ = ["Diagnosis", "Experiment", "Finding"]


@dataclass(frozen=True)
class Experiment:
    """The same samples, steps and seeds, without and with one change (or several together).

    ``changes``: what was changed, in words. ``scores_without``, ``scores_with``: one a seed, at the end of training.
    ``errors_*``: 1 - score over that of the trivial answer. ``losses_*``: the curves of the first seed, by epoch.
    ``standard_errors``: the mean difference of the errors over its standard error; infinite where all seeds agree.
    ``more_steps``: how many times as many steps the change takes, where that is what is changed.
    """

    changes: tuple[str, ...]
    scores_without: tuple[float, ...]
    scores_with: tuple[float, ...]
    errors_without: tuple[float, ...]
    errors_with: tuple[float, ...]
    losses_without: tuple[float, ...]
    losses_with: tuple[float, ...]
    standard_errors: float
    steps: int
    more_steps: float = 1.0


@dataclass(frozen=True)
class Finding:
    """A fact about a set-up, and, where an experiment confirms it, a cause.

    ``identifier``: the finding's name. ``labels``: the words of the published sets. ``address``: where, such as L2.u137
    or X. ``happened``: what was found, in a sentence. ``measured`` and ``threshold``: the numbers, None where it is no
    matter of numbers; ``source`` of the threshold. ``innocent``: an explanation that makes it no fault, or "".
    ``advice``: what to change. ``confirmed``: whether an experiment shows that
    the change mends, alone, or with ``together``.
    """

    identifier: str
    labels: tuple[str, ...]
    address: str
    happened: str
    advice: str
    measured: float | None = None
    threshold: float | None = None
    source: str = ""
    innocent: str = ""
    confirmed: bool = False
    experiment: Experiment | None = None
    together: tuple[str, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """What was found: ``summary`` in a sentence, ``findings`` with the causes first, by how much they explain.

    ``score``: what the set-up reaches, the median over seeds: accuracy (with class weights, each class weighed alike),
    or the share of variance explained; None where nothing was trained. ``metric`` names it. ``mended_score``: what it
    reaches with the confirmed changes, and what helps on top of them. ``held_out_score``: what it reaches on samples
    held out, as it is. ``others``: experiments of changes that are no causes: what helps on top, where a network learns
    with its causes mended, and what helps in their stead. ``quick``: no experiments were asked for.
    ``watched``: it was seen while it trained, by ``bl.Watch``. ``curves_alone``: a History was diagnosed.
    ``ended_by``: "done", "interrupt" or "budget". ``seen``: what was seen of the training, for pictures. ``seconds``:
    wall time.
    """

    summary: str
    findings: tuple[Finding, ...]
    score: float | None = None
    metric: str = ""
    mended_score: float | None = None
    held_out_score: float | None = None
    others: tuple[Experiment, ...] = ()
    quick: bool = False
    ended_by: str = "done"
    seen: Seen | None = field(default=None, compare=False)
    watched: bool = False
    curves_alone: bool = False
    seconds: float = field(default=0.0, compare=False)

    @property
    def causes(self) -> tuple[Finding, ...]:
        """The findings that an experiment confirms."""
        return tuple(finding for finding in self.findings if finding.confirmed)

    @property
    def ok(self) -> bool:
        """Whether there is nothing to say against the set-up."""
        return not self.findings

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """The experiments that confirm the causes, each once."""
        made = (finding.experiment for finding in self.causes)
        return tuple(dict.fromkeys(experiment for experiment in made if experiment is not None))

    def to_text(self, *, pictures: bool = False) -> str:
        """Return the diagnosis as text for a terminal; ``pictures``: with drawings of what was seen."""
        from backlit.diagnosis.report import as_text

        return as_text(self, pictures=pictures)

    def to_json(self) -> str:
        """Return the diagnosis as JSON; numbers that are not finite are null."""
        from backlit.diagnosis.report import as_json

        return as_json(self)

    def to_html(self) -> str:
        """Return the diagnosis as an HTML page with pictures: SVG where matplotlib is installed, else characters."""
        from backlit.diagnosis.render_html import as_html

        return as_html(self, whole=True)

    def plot(self) -> Any:
        """Return a matplotlib Figure of what was seen; ``.savefig(path)`` writes it.

        Its panels: error terms, activations, flat units and step over weight by layer and step, the units one by one,
        the learning-rate range test, the learning curves of the experiments. Raises BacklitError where matplotlib is
        not installed, or nothing was seen.
        """
        from backlit.diagnosis.draw_plots import plotted
        from backlit.diagnosis.seen import Seen

        return plotted(self.seen or Seen(), self.experiments)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        from backlit.diagnosis.render_html import as_html

        return as_html(self, whole=False)
