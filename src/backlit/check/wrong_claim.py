"""A claimed derivative that is wrong, with what was measured of its function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np

from backlit.check.differences import Slopes
from backlit.check.precision import Claimed, is_close
from backlit.check.report import Verdict
from backlit.check.turned import Elsewhere

__all__ = ["Facts", "Wrong", "first", "fits"]


class Facts(Protocol):
    """What ``derivatives.Derivative`` holds."""

    @property
    def found(self) -> Slopes:
        """The differences."""

    @property
    def point(self) -> np.ndarray:
        """Where they were taken."""

    @property
    def function(self) -> Callable[[np.ndarray], Any]:
        """The function of that point."""

    @property
    def weights(self) -> np.ndarray | None:
        """The output gradients drawn, if they were."""

    @property
    def elsewhere(self) -> Elsewhere:
        """What was measured, with another parameter turned."""


class Wrong(NamedTuple):
    """A wrong derivative: the claim and the right values, with a first axis of draws, the verdict and the facts."""

    claim: Claimed
    expected: np.ndarray
    verdict: Verdict
    facts: Facts


def first(array: Wrong) -> Claimed:
    """Return what was claimed in the first draw."""
    slack = np.asarray(array.claim.slack)
    return array.claim._replace(values=array.claim.values[0], slack=slack[0] if slack.ndim else slack)


def fits(array: Wrong, claimed: np.ndarray, expected: np.ndarray, relative: float = 1e-5) -> bool:
    """Say whether a hypothesis gives what was claimed in all draws, and is not the right one."""
    precision = array.claim.precision
    precision = precision._replace(relative=max(relative, precision.relative), floor=max(1e-7, precision.floor))
    slack = array.claim.slack if np.shape(array.claim.slack) == expected.shape else 0.0
    return is_close(Claimed(claimed, precision, slack), expected)
