"""What a diagnosis says: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

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

    ``score``: what the set-up reaches, the median over seeds: accuracy, or the share of variance explained; None where
    nothing was trained. ``metric`` names it. ``mended_score``: what it reaches with the confirmed changes. ``others``:
    experiments that mend it too, though nothing measured points at them. ``quick``: no experiments were asked for.
    ``ended_by``: "done", "interrupt" or "budget". ``seconds``: wall time.
    """

    summary: str
    findings: tuple[Finding, ...]
    score: float | None = None
    metric: str = ""
    mended_score: float | None = None
    others: tuple[Experiment, ...] = ()
    quick: bool = False
    ended_by: str = "done"
    seconds: float = field(default=0.0, compare=False)

    @property
    def causes(self) -> tuple[Finding, ...]:
        """The findings that an experiment confirms."""
        return tuple(finding for finding in self.findings if finding.confirmed)

    @property
    def ok(self) -> bool:
        """Whether there is nothing to say against the set-up."""
        return not self.findings

    def to_text(self) -> str:
        """Return the diagnosis as text for a terminal."""
        from backlit.diagnosis.report import as_text

        return as_text(self)

    def to_json(self) -> str:
        """Return the diagnosis as JSON; numbers that are not finite are null."""
        from backlit.diagnosis.report import as_json

        return as_json(self)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self.to_text())}</pre>"
