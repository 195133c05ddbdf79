"""MLPClassifier."""

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import column_or_1d
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import type_of_target, unique_labels

from backlit.equations.activation_table import Activation
from backlit.equations.loss_table import Loss, find_loss
from backlit.errors import BacklitError
from backlit.estimators.base import MLP
from backlit.estimators.callbacks import with_callbacks
from backlit.estimators.samples import Samples, sample_weight_checked
from backlit.estimators.solvers import is_stochastic
from backlit.estimators.spelling import with_signature_of

__all__ = ["MLPClassifier"]


class MLPClassifier(ClassifierMixin, MLP):  # type: ignore[misc]
    """Multilayer perceptron for classes: scikit-learn's, with the same numbers, and what that refuses.

    At the same ``random_state`` and data it makes the draws, the learning curve and the predictions of
    ``sklearn.neural_network.MLPClassifier``, in every parameter the two have in common.

    Parameters that scikit-learn has not, or not so: ``class_weight``: a dict of weights of classes, or "balanced";
    each sample's weight is multiplied by its class's. ``loss``: log_loss, or a name or row of backlit's table of
    losses that can take the output. ``activation``, ``learning_rate``, ``dropout``, ``weight_decay``, ``clip_norm``,
    ``dtype``, ``n_threads``: as in ``MLPRegressor``.

    Attributes beside scikit-learn's: ``network_``, a ``bl.Network``; ``validation_loss_curve_``, the loss of held-out
    samples after each epoch.

    Raises BacklitError, a ValueError, for what cannot be used.

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier((8,), class_weight={0: 2.0, 1: 1.0, 2: 1.0}, solver="lbfgs", random_state=0).fit(X, y)
    >>> model.network_
    Network 4-8-3: relu, softmax; loss cross_entropy; 67 parameters
    """

    @with_signature_of(MLP.__init__)
    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: str | Activation | Any = "relu",
        *,
        loss: str | Loss = "log_loss",
        class_weight: Any = None,
        **others: Any,
    ) -> None:
        super().__init__(loss=loss, hidden_layer_sizes=hidden_layer_sizes, activation=activation, **others)
        self.class_weight = class_weight

    @with_callbacks  # type: ignore[untyped-decorator]
    def fit(self, X: Any, y: Any, sample_weight: Any = None, X_val: Any = None, y_val: Any = None) -> "MLPClassifier":
        """Fit to X (n, n_in), dense or sparse, and labels y (n,), or (n, n_classes) of 0 and 1 for several at once.

        ``sample_weight (n,)``: at least 0. ``X_val``, ``y_val``: samples to validate on after each epoch, in place of
        those that ``early_stopping`` would draw.
        """
        self._fit(X, y, sample_weight, X_val, y_val)
        return self

    @available_if(is_stochastic)  # type: ignore[untyped-decorator]
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> "MLPClassifier":
        """Go on for one epoch over X (n, n_in) and y; ``classes`` (all there will ever be) at the first call."""
        known = getattr(self, "classes_", None)
        if known is None and classes is None:
            raise BacklitError("classes must be passed on the first call to partial_fit. Give all there will ever be")
        if classes is not None:
            given = unique_labels(classes)
            if known is not None and not np.array_equal(known, given):
                raise BacklitError(
                    f"`classes={classes!r}` is not the same as on last call to partial_fit, was: {known!r}. "
                    "Leave classes out after the first call, or begin anew with another estimator"
                )
            if known is None:
                several = type_of_target(y).startswith("multilabel")
                self._binarizer = LabelBinarizer().fit(y if several else classes)
                self.classes_ = given
        self._fit(X, y, sample_weight, incremental=True)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return labels (n,), or (n, n_classes) of 0 and 1 for several at once, for X (n, n_in)."""
        output = self._output(X)
        if self.n_outputs_ == 1:
            output = output[:, 0]
        labels: np.ndarray = self._binarizer.inverse_transform(output)
        return labels

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class (n, n_classes), in the order of ``classes_``, for X (n, n_in)."""
        output = self._output(X)
        if self.n_outputs_ > 1:
            return output
        if len(self.classes_) == 1:
            return np.ones_like(output)
        return np.hstack([1 - output, output])

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithm of ``predict_proba``."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.predict_proba(X)))

    def _encode(self, y: Any, *, learn: bool) -> np.ndarray:
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if learn or not hasattr(self, "classes_"):
            self._binarizer = LabelBinarizer().fit(y)
            self.classes_ = self._binarizer.classes_
        else:
            self._check_classes(y)
        return np.asarray(self._binarizer.transform(y))

    def _check_classes(self, y: Any) -> None:
        found = unique_labels(y)
        new = np.setdiff1d(found, self.classes_)
        if new.size:
            raise BacklitError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes_}. 'y' has {found}. "
                f"Leave out the samples of {new}, or fit anew with all classes"
            )

    def _check_goes_on(self, y: Any) -> None:
        found = unique_labels(y)
        if set(found) != set(self.classes_):
            raise BacklitError(
                "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                f"Previously got {self.classes_}, `y` has {found}. warm_start=False learns the classes anew, and "
                "partial_fit takes samples of some of them"
            )

    def _labels_to_stratify(self, targets: np.ndarray) -> np.ndarray | None:
        # scikit-learn stratifies where there is one output, and names the classes as it encoded them
        return np.asarray(self._binarizer.inverse_transform(targets)) if self.n_outputs_ == 1 else None

    def _loss_row(self) -> Loss:
        several = self._binarizer.y_type_ == "multiclass"
        if isinstance(self.loss, str) and self.loss in ("log_loss", "cross_entropy"):
            return find_loss("cross_entropy" if several else "log_loss")
        return find_loss(self.loss)

    def _output_candidates(self) -> tuple[str, ...]:
        return ("softmax",) if self._binarizer.y_type_ == "multiclass" else ("sigmoid",)

    def _probability_floor(self) -> float | None:
        name = self._loss_row().name
        return float(np.finfo(self.coefs_[0].dtype).eps) if name in ("log_loss", "cross_entropy") else None

    def _score_of(self, output: np.ndarray, held_out: Samples) -> float:
        if self._binarizer.y_type_ == "multiclass":
            right = output.argmax(axis=1) == held_out.y.argmax(axis=1)
        else:
            right = ((output > 0.5) == (held_out.y > 0.5)).all(axis=1)
        return float(np.average(right, weights=held_out.weight))

    def _class_weighted(
        self, weight: np.ndarray | None, y: Any, n: int, dtype: Any, *, incremental: bool
    ) -> np.ndarray | None:
        if self.class_weight is None:
            return weight
        if self._binarizer.y_type_.startswith("multilabel"):
            raise BacklitError("class_weight must be None where a sample has several labels; use sample_weight")
        if incremental and self.class_weight == "balanced":
            raise BacklitError("class_weight must be a dict in partial_fit, which sees a part of y, got 'balanced'")
        if isinstance(self.class_weight, dict):
            for label in self.class_weight:
                if label not in self.classes_:
                    raise BacklitError(f"class_weight must name classes of y, {self.classes_}, got {label!r:.40}")
        elif self.class_weight != "balanced":
            raise BacklitError(f"class_weight must be None, a dict or 'balanced', got {self.class_weight!r:.40}")
        of_class: np.ndarray = compute_sample_weight(self.class_weight, y)
        return sample_weight_checked(of_class if weight is None else of_class * weight, n, dtype)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
