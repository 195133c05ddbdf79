import numpy as np
from typing import Dict, Tuple

Params = Dict[str, np.ndarray]
rng = np.random.default_rng(seed=99)


def init(in_features: int, hidden: int, out_features: int) -> Params:
    return {
        "fc1.weight": rng.standard_normal((hidden, in_features)) / np.sqrt(in_features),
        "fc1.bias": np.zeros(hidden),
        "fc2.weight": rng.standard_normal((out_features, hidden)) / np.sqrt(hidden),
        "fc2.bias": np.zeros(out_features),
    }


def forward(params: Params, x: np.ndarray, p: float = 0.0) -> Tuple[np.ndarray, tuple]:
    h = np.tanh(x @ params["fc1.weight"].T + params["fc1.bias"])
    if p > 0:
        mask = rng.binomial(1, 1 - p, size=h.shape) / (1 - p)
    else:
        mask = np.ones_like(h)
    h_drop = h * mask
    logits = h_drop @ params["fc2.weight"].T + params["fc2.bias"]
    return logits, (x, h, mask, h_drop)


def softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy(logits: np.ndarray, target: np.ndarray) -> float:
    probs = softmax(logits)
    return float(-np.log(probs[np.arange(len(target)), target]).mean())


def backward(params: Params, logits: np.ndarray, target: np.ndarray, cache: tuple) -> Params:
    x, h, mask, h_drop = cache
    n, classes = logits.shape
    d_logits = (softmax(logits) - np.eye(classes)[target]) / n
    d_h = d_logits @ params["fc2.weight"]
    d_pre = d_h * (1 - h * h)
    return {
        "fc2.weight": d_logits.T @ h_drop,
        "fc2.bias": d_logits.sum(axis=0),
        "fc1.weight": d_pre.T @ x,
        "fc1.bias": d_pre.sum(axis=0),
    }


def sgd(params: Params, grads: Params, lr: float) -> None:
    for name in params:
        params[name] -= lr * grads[name]


def make_blobs(n: int) -> Tuple[np.ndarray, np.ndarray]:
    centers = np.array([[0, 0, 1], [2, 1, 0], [0, 2, -1], [-2, 0, 0.5]])
    target = rng.integers(0, 4, n)
    return centers[target] + 0.7 * rng.standard_normal((n, 3)), target


def main(epochs: int = 120, batch: int = 25, lr: float = 0.3, p: float = 0.4) -> None:
    x_train, t_train = make_blobs(250)
    x_test, t_test = make_blobs(250)
    params = init(3, 20, 4)
    for epoch in range(epochs):
        shuffled = rng.permutation(250)
        running = 0.0
        for i in range(0, 250, batch):
            idx = shuffled[i:i + batch]
            logits, cache = forward(params, x_train[idx], p)
            running += cross_entropy(logits, t_train[idx])
            sgd(params, backward(params, logits, t_train[idx], cache), lr)
        if epoch % 20 == 0:
            test_logits, _ = forward(params, x_test)
            acc = (test_logits.argmax(axis=1) == t_test).mean()
            print(f"[{epoch:>3}] train loss {running * batch / 250:.4f}  test loss "
                  f"{cross_entropy(test_logits, t_test):.4f}  test acc {acc:.3f}")


if __name__ == "__main__":
    main()
