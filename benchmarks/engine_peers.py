"""The same training by other libraries, each the fastest plain way that its user has: for engine_speed.py."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

Run = Callable[[int], None]
Sizes = tuple[int, ...]


def by_scikit_learn(sizes: Sizes, batch: int, X: np.ndarray, y: np.ndarray) -> Run:
    """MLPClassifier without its L2 penalty."""
    from sklearn.neural_network import MLPClassifier

    def run(epochs: int) -> None:
        MLPClassifier(
            sizes[1:-1], batch_size=batch, max_iter=epochs, n_iter_no_change=epochs + 1, alpha=0.0, random_state=0
        ).fit(X, y)

    return run


def by_torch(sizes: Sizes, batch: int, X: np.ndarray, y: np.ndarray) -> Run:
    """A plain loop with the fused Adam."""
    import torch

    n, one = len(X), sizes[-1] == 1
    inputs = torch.from_numpy(X)
    targets = torch.from_numpy(y[:, None].astype(np.float32) if one else y)
    loss_of = torch.nn.BCEWithLogitsLoss() if one else torch.nn.CrossEntropyLoss()

    def run(epochs: int) -> None:
        layers: list[Any] = []
        for n_in, n_out in pairwise(sizes):
            layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
        model = torch.nn.Sequential(*layers[:-1])
        optimizer = torch.optim.Adam(model.parameters(), fused=True)
        for _ in range(epochs):
            order = torch.randperm(n)
            for first in range(0, n, batch):
                rows = order[first : first + batch]
                optimizer.zero_grad()
                loss_of(model(inputs[rows]), targets[rows]).backward()
                optimizer.step()

    return run


def by_jax(sizes: Sizes, batch: int, X: np.ndarray, y: np.ndarray) -> Run:
    """One jitted scan an epoch, Adam written out."""
    import jax
    import jax.numpy as jnp

    one = sizes[-1] == 1
    inputs, targets = jnp.asarray(X), jnp.asarray(y)

    def loss_of(parameters: Any, rows: Any) -> Any:
        a = inputs[rows]
        for W, b in parameters[:-1]:
            a = jax.nn.relu(a @ W + b)
        W, b = parameters[-1]
        z = a @ W + b
        if one:
            return jnp.mean(jax.nn.softplus(z[:, 0]) - targets[rows] * z[:, 0])
        return jnp.mean(jax.nn.logsumexp(z, axis=1) - jnp.take_along_axis(z, targets[rows][:, None], axis=1)[:, 0])

    def step(state: Any, rows: Any) -> Any:
        parameters, mean, square, t = state
        loss, gradients = jax.value_and_grad(loss_of)(parameters, rows)
        t = t + 1
        mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradients)
        square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, square, gradients)
        rate = 0.001 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        parameters = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-8), parameters, mean, square)
        return (parameters, mean, square, t), loss

    epoch = jax.jit(lambda state, order: jax.lax.scan(step, state, order), donate_argnums=0)

    def run(epochs: int) -> None:
        rng = np.random.default_rng(0)
        parameters = [
            (jnp.asarray(rng.normal(size=(n_in, n_out)) / np.sqrt(n_in), jnp.float32), jnp.zeros(n_out, jnp.float32))
            for n_in, n_out in pairwise(sizes)
        ]
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        state = (parameters, zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(0))
        for _ in range(epochs):
            order = rng.permutation(len(X))[: len(X) // batch * batch].reshape(-1, batch)
            state, losses = epoch(state, jnp.asarray(order))
        losses.block_until_ready()

    return run
