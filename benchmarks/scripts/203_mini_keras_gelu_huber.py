"""minikeras.py -- a Keras in eighty lines, for teaching my colleagues.

>>> model = Sequential([Dense(3, 16), Gelu(), Dense(16, 2)])
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterator

import numpy as np

Array = np.ndarray
C = np.sqrt(2.0 / np.pi)


@dataclass
class Param:
    value: Array
    grad: Array = field(init=False)
    cache: Array = field(init=False)

    def __post_init__(self) -> None:
        self.grad = np.zeros_like(self.value)
        self.cache = np.zeros_like(self.value)


class Layer:
    def params(self) -> Iterator[Param]:
        return iter(())


class Dense(Layer):
    def __init__(self, fan_in: int, fan_out: int, rng: np.random.Generator) -> None:
        self.kernel = Param(rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out)))
        self.bias = Param(np.zeros((1, fan_out)))

    def params(self) -> Iterator[Param]:
        yield self.kernel
        yield self.bias

    def __call__(self, x: Array) -> Array:
        self.x = x
        return x @ self.kernel.value + self.bias.value

    def backward(self, g: Array) -> Array:
        self.kernel.grad[...] = np.einsum("bi,bo->io", self.x, g)
        self.bias.grad[...] = g.sum(axis=0, keepdims=True)
        return g @ self.kernel.value.T


class Gelu(Layer):
    """The tanh approximation of Hendrycks and Gimpel."""

    def __call__(self, x: Array) -> Array:
        self.x = x
        self.t = np.tanh(C * (x + 0.044715 * x**3))
        return 0.5 * x * (1 + self.t)

    def backward(self, g: Array) -> Array:
        inner = C * (1 + 3 * 0.044715 * self.x**2)
        return g * (0.5 * (1 + self.t) + 0.5 * self.x * (1 - self.t**2) * inner)


class Sequential:
    def __init__(self, layers: list[Layer]) -> None:
        self.layers = layers

    def __call__(self, x: Array) -> Array:
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, g: Array) -> None:
        for layer in self.layers[::-1]:
            g = layer.backward(g)

    def adagrad(self, lr: float) -> None:
        for layer in self.layers:
            for p in layer.params():
                p.cache += p.grad**2
                p.value -= lr * p.grad / (np.sqrt(p.cache) + 1e-7)


def huber(pred: Array, target: Array, delta: float = 0.7) -> tuple[float, Array]:
    r = pred - target
    value = np.where(np.abs(r) <= delta, 0.5 * r**2, delta * (np.abs(r) - 0.5 * delta))
    return float(value.mean()), np.clip(r, -delta, delta) / r.size


def main() -> None:
    rng = np.random.default_rng(1234)
    x = rng.normal(size=(128, 3))
    y = np.column_stack([np.sin(x[:, 0]) + x[:, 1] ** 2, x[:, 2] * np.cos(x[:, 0])])
    y[rng.integers(0, 128, 6), 0] += 5.0          # outliers

    model = Sequential([Dense(3, 16, rng), Gelu(), Dense(16, 2, rng)])
    for epoch in range(120):
        order, total = rng.permutation(len(x)), 0.0
        for rows in np.split(order, 4):
            loss, grad = huber(model(x[rows]), y[rows])
            model.backward(grad)
            model.adagrad(lr=0.08)
            total += loss * len(rows)
        if epoch % 20 == 0:
            print(f"epoch {epoch:3d}  huber {total / len(x):.4f}")
    print(f"final      huber {huber(model(x), y)[0]:.4f}")


if __name__ == "__main__":
    main()
