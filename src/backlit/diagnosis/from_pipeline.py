"""A fitted scikit-learn Pipeline: its steps prepare the samples, its last one is diagnosed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from backlit.diagnosis.findings import Diagnosis, Finding
from backlit.errors import BacklitError

__all__ = ["Prepared", "column_names", "is_pipeline", "opened", "with_names"]


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a pipeline comes down to: its last step, the samples as that gets them, their columns' names, and words."""

    model: Any
    X: Any
    X_val: Any
    names: tuple[str, ...]
    words: str


def is_pipeline(what: Any) -> bool:
    """Say whether something is a Pipeline of scikit-learn, or made like one, without importing it.

    >>> is_pipeline(3)
    False
    """
    return hasattr(what, "steps") and hasattr(what, "named_steps")


def opened(pipeline: Any, X: Any, X_val: Any = None) -> Prepared:
    """Return a fitted pipeline's last step, and ``X`` and ``X_val`` as the steps before it prepare them.

    Raises BacklitError, saying what to pass, where the last step is no MLP, where a step is not fitted, and where the
    samples are not those of the pipeline.
    """
    steps = [(name, step) for name, step in pipeline.steps if step is not None and step != "passthrough"]
    last: Any = steps[-1][1] if steps else None
    if is_pipeline(last):
        inner = opened(last, *(_through(steps[:-1], value) for value in (X, X_val)))
        return replace(inner, words=_words([*steps[:-1], *last.steps], inner.X))
    if not hasattr(last, "hidden_layer_sizes"):
        raise BacklitError(_no_mlp(last))
    before = steps[:-1]
    inputs = _through(before, X)
    return Prepared(last, inputs, _through(before, X_val), _names(before, X), _words(steps, inputs))


def _no_mlp(last: Any) -> str:
    kind = "none" if last is None else type(last).__name__
    begin = f"of a Pipeline the last step is diagnosed, an MLPClassifier or MLPRegressor, got {kind}"
    if hasattr(last, "best_estimator_") or hasattr(last, "param_grid"):
        return f"{begin}: fit it, and give a Pipeline of the steps before it and of its best_estimator_"
    if hasattr(last, "regressor"):
        return f"{begin}: give a Pipeline that ends in its regressor_, and y as its transformer_ transforms it"
    return f"{begin}: only networks are looked at"


def _through(steps: Sequence[tuple[str, Any]], X: Any) -> Any:
    """The samples after some fitted steps; None stays None."""
    from sklearn.exceptions import NotFittedError

    if X is None:
        return None
    for name, step in steps:
        try:
            X = step.transform(X)
        except NotFittedError:
            raise BacklitError(
                f"the Pipeline's step '{name}' ({type(step).__name__}) is not fitted, and its fitted steps prepare X: "
                "call pipeline.fit(X, y) first, or give its last step, and X as it is fed to that"
            ) from None
        except AttributeError:
            if hasattr(step, "transform"):
                raise
            raise BacklitError(
                f"the Pipeline's step '{name}' ({type(step).__name__}) has no transform: give the last step, and X and "
                "y as they are fed to it"
            ) from None
        except (ValueError, TypeError, KeyError) as error:
            words = " ".join(str(error).split())[:200]
            raise BacklitError(
                f"the Pipeline's step '{name}' ({type(step).__name__}) does not take X: {words}"
            ) from None
    return X


def _names(steps: Sequence[tuple[str, Any]], X: Any) -> tuple[str, ...]:
    """The columns' names after some steps, none where one of them does not say."""
    names: Any = list(column_names(X)) or None
    for _, step in steps:
        try:
            names = step.get_feature_names_out(names)
        except (AttributeError, TypeError, ValueError):
            return ()
    return tuple(str(name) for name in names) if names is not None else ()


def _words(steps: Sequence[tuple[str, Any]], inputs: Any) -> str:
    kinds = [type(step).__name__ for _, step in steps if step is not None and step != "passthrough"]
    if len(kinds) < 2:
        return f"Diagnosed is the Pipeline's only step, {kinds[-1]}."
    shape: tuple[int, ...] = getattr(inputs, "shape", ())
    columns = f", {shape[1]} columns" if len(shape) == 2 else ""
    return f"Diagnosed is the Pipeline's last step, {kinds[-1]}, on X as {', '.join(kinds[:-1])} gives it{columns}."


def column_names(X: Any) -> tuple[str, ...]:
    """Return the names of a frame's columns, none for arrays and for columns that are numbers.

    >>> column_names([[1.0]])
    ()
    """
    columns = list(getattr(X, "columns", ()))
    return tuple(columns) if columns and all(isinstance(name, str) for name in columns) else ()


def with_names(found: Diagnosis, names: Sequence[str]) -> Diagnosis:
    """Return the diagnosis with the column's name in addresses such as X[3], and X_val[3]."""

    def named(finding: Finding) -> Finding:
        name, _, place = finding.address.rstrip("]").partition("[")
        if name not in ("X", "X_val") or not place.isdigit() or int(place) > len(names):
            return finding
        return replace(finding, address=f"{finding.address} '{names[int(place) - 1]}'")

    return replace(found, findings=tuple(named(finding) for finding in found.findings)) if names else found
