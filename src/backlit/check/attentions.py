"""Attention, softmax(Q Kᵀ / c) V or softmax(S) V, as its numbers show it, and the mistakes in going back through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

__all__ = ["attention_mistakes"]

Gradients = list[np.ndarray | None]
Mistake = tuple[str, str, Callable[[np.ndarray], Gradients]]


def attention_mistakes(points: Sequence[np.ndarray], output: np.ndarray) -> Iterator[Mistake]:
    """Yield (mistake, what it is, gradients at all points for an output gradient), nothing of another layer."""
    if len(points) not in (2, 3) or any(point.ndim < 2 for point in points):
        return
    for scale in _scales(points):
        scores = _scores(points, scale)
        if scores is None:
            return
        for mask in (np.zeros((1, 1)), np.triu(np.full(scores.shape[-2:], -np.inf), 1)):
            p = _softmax(scores + mask)
            if p.shape[-1] == points[-1].shape[-2]:
                made = p @ points[-1]
                if made.shape == output.shape and np.allclose(made, output, rtol=1e-7, atol=1e-9):
                    yield from _mistakes(points, scores, p, scale)
                    return


def _scales(points: Sequence[np.ndarray]) -> tuple[float, ...]:
    size = points[0].shape[-1]
    return (1.0,) if len(points) == 2 else (1 / np.sqrt(size), 1.0, 1 / size)


def _scores(points: Sequence[np.ndarray], scale: float) -> np.ndarray | None:
    if len(points) == 2:
        return points[0]
    Q, K, _ = points
    fits = Q.shape[-1] == K.shape[-1] and Q.shape[:-2] == K.shape[:-2]
    return Q @ K.swapaxes(-1, -2) * scale if fits else None


def _softmax(scores: np.ndarray) -> np.ndarray:
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: np.ndarray = e / e.sum(axis=-1, keepdims=True)
    return shares


def _mistakes(points: Sequence[np.ndarray], scores: np.ndarray, p: np.ndarray, scale: float) -> Iterator[Mistake]:
    V = points[-1]

    def made(
        dS: Callable[[np.ndarray], np.ndarray], shares: np.ndarray = p, by: float = scale, turned: str = ""
    ) -> Callable[[np.ndarray], Gradients]:
        def gradients(dY: np.ndarray) -> Gradients:
            sent = dS(dY @ V.swapaxes(-1, -2)) * (by if len(points) == 3 else 1.0)
            across = shares if turned == "V" else shares.swapaxes(-1, -2)
            dV = across @ dY if across.shape[-1] == dY.shape[-2] else None
            if len(points) == 2:
                return [sent, dV]
            Q, K, _ = points
            back = sent if turned == "K" else sent.swapaxes(-1, -2)
            return [sent @ K, back @ Q if back.shape[-1] == Q.shape[-2] else None, dV]

        return gradients

    def through(dp: np.ndarray, axis: int | None = -1) -> np.ndarray:
        result: np.ndarray = p * (dp - (dp * p).sum(axis=axis, keepdims=True))
        return result

    yield (
        "softmax-diagonal-only",
        "through the shares it goes back by p (1 − p), softmax's diagonal alone",
        made(lambda dp: dp * p * (1 - p)),
    )
    yield (
        "slope-cut-short",
        "through the shares it goes back by p alone, without the sum over the row",
        made(lambda dp: dp * p),
    )
    yield "wrong-axis", "softmax's sum was taken down the columns, not along each row", made(lambda dp: through(dp, -2))
    yield (
        "wrong-axis",
        "softmax's sum was taken over everything, not along each row",
        made(lambda dp: through(dp, None)),
    )
    yield (
        "missing-hidden-derivative",
        "softmax's slope was left out: what came to the shares was sent on",
        made(lambda dp: dp),
    )
    yield (
        "value-as-slope",
        "the scores were taken where their shares belong, in the gradient at the values",
        made(through, shares=scores),
    )
    if len(points) == 3:
        if scale != 1:
            yield (
                "parameter-left-out",
                f"the scores' factor {scale:.4g} was left out on the way back",
                made(through, by=1.0),
            )
            yield (
                "slope-twice",
                f"the scores' factor {scale:.4g} was multiplied in twice",
                made(through, by=scale * scale),
            )
        yield (
            "transposed-weights",
            "dS goes back to the keys as it is, where its transpose belongs",
            made(through, turned="K"),
        )
    yield (
        "transposed-weights",
        "the shares go back to the values as they are, not transposed",
        made(through, turned="V"),
    )
