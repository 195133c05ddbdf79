import numpy as np
from collections.abc import Callable, Iterator

Array = np.ndarray

# activation name -> (function, derivative given the pre-activation)
ACTS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    'sigmoid': (
        lambda z: 1 / (1 + np.exp(-z)),
        lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
    ),
    'silu': (
        lambda z: z / (1 + np.exp(-z)),
        lambda z: (1 + np.exp(-z) * (1 + z)) / (1 + np.exp(-z)) ** 2,
    ),
    'identity': (lambda z: z, lambda z: np.ones_like(z)),
}


def batches(X: Array, Y: Array, size: int, rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
    order = rng.permutation(len(X))
    for at in range(0, len(order), size):
        pick = order[at:at + size]
        yield X[pick], Y[pick]


class MLP:
    def __init__(self, widths: list[int], acts: list[str], rng: np.random.Generator) -> None:
        self.Ws = [rng.normal(0, 1 / np.sqrt(a), (a, b)) for a, b in zip(widths, widths[1:])]
        self.bs = [np.zeros((1, b)) for b in widths[1:]]
        self.acts = [ACTS[name] for name in acts]
        self.vW = [0 * W for W in self.Ws]
        self.vb = [0 * b for b in self.bs]

    def forward(self, X: Array) -> tuple[list[Array], list[Array]]:
        zs, activations = [], [X]
        for W, b, (f, _) in zip(self.Ws, self.bs, self.acts):
            zs.append(activations[-1] @ W + b)
            activations.append(f(zs[-1]))
        return zs, activations

    def gradients(self, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        zs, activations = self.forward(X)
        n = X.shape[0]
        dWs, dbs = [], []
        upstream = (activations[-1] - Y) / n
        for W, z, a_in, (_, df) in zip(self.Ws[::-1], zs[::-1], activations[-2::-1], self.acts[::-1]):
            delta = upstream * df(z)
            dWs.append(a_in.T @ delta)
            dbs.append(delta.sum(axis=0, keepdims=True))
            upstream = delta @ W.T
        return dWs[::-1], dbs[::-1]

    def step(self, X: Array, Y: Array, lr: float, momentum: float) -> None:
        dWs, dbs = self.gradients(X, Y)
        for i in range(len(self.Ws)):
            self.vW[i] = momentum * self.vW[i] + dWs[i]
            self.vb[i] = momentum * self.vb[i] + dbs[i]
            self.Ws[i] -= lr * self.vW[i]
            self.bs[i] -= lr * self.vb[i]

    def loss(self, X: Array, Y: Array) -> float:
        return float(0.5 * np.sum((self.forward(X)[1][-1] - Y) ** 2) / len(X))


def main() -> None:
    rng = np.random.default_rng(7)
    X = rng.uniform(-2, 2, (300, 2))
    bumps = np.exp(-np.sum((X - 0.7) ** 2, axis=1)) - np.exp(-np.sum((X + 0.7) ** 2, axis=1))
    Y = np.stack([bumps, X[:, 0] * X[:, 1] / 4], axis=1)
    net = MLP([2, 16, 10, 2], ['silu', 'sigmoid', 'identity'], rng)
    for epoch in range(200):
        for xb, yb in batches(X, Y, 30, rng):
            net.step(xb, yb, lr=0.05, momentum=0.9)
        if epoch % 40 == 0:
            print('epoch', epoch, 'loss', net.loss(X, Y))
    print('final', net.loss(X, Y))


main()
