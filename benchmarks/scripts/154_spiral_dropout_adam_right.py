"""Two spirals, inverted dropout, Adam, early stopping on a validation set. Just numpy."""

import numpy as np

rs = np.random.RandomState(5)


def two_spirals(n, noise=0.08):
    theta = np.sqrt(rs.rand(n)) * 2.2 * np.pi
    sign = rs.choice([-1.0, 1.0], n)
    x = np.stack([sign * theta * np.cos(theta), sign * theta * np.sin(theta)], axis=1) / 4
    return x + noise * rs.randn(n, 2), (sign > 0).astype(int)


class Linear:
    def __init__(self, n_in, n_out):
        self.params = {"W": rs.randn(n_in, n_out) * np.sqrt(2.0 / n_in), "b": np.zeros(n_out)}
        self.grads = {}

    def __call__(self, x, training):
        self.x = x
        return x @ self.params["W"] + self.params["b"]

    def backward(self, dout):
        self.grads["W"] = self.x.T @ dout
        self.grads["b"] = dout.sum(0)
        return dout @ self.params["W"].T


class ReLU:
    params = grads = {}

    def __call__(self, x, training):
        self.on = x > 0
        return x * self.on

    def backward(self, dout):
        return dout * self.on


class Dropout:
    params = grads = {}

    def __init__(self, keep):
        self.keep = keep

    def __call__(self, x, training):
        self.mask = (rs.rand(*x.shape) < self.keep) / self.keep if training else np.ones_like(x)
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


class Adam:
    def __init__(self, layers, lr=0.005, b1=0.9, b2=0.999):
        self.layers = [layer for layer in layers if layer.params]
        self.lr, self.b1, self.b2, self.t = lr, b1, b2, 0
        self.m = [{k: np.zeros_like(p) for k, p in layer.params.items()} for layer in self.layers]
        self.v = [{k: np.zeros_like(p) for k, p in layer.params.items()} for layer in self.layers]

    def step(self):
        self.t += 1
        for layer, m, v in zip(self.layers, self.m, self.v):
            for k, g in layer.grads.items():
                m[k] = self.b1 * m[k] + (1 - self.b1) * g
                v[k] = self.b2 * v[k] + (1 - self.b2) * g * g
                m_hat = m[k] / (1 - self.b1 ** self.t)
                v_hat = v[k] / (1 - self.b2 ** self.t)
                layer.params[k] -= self.lr * m_hat / (np.sqrt(v_hat) + 1e-8)


def log_softmax(s):
    s = s - s.max(axis=1, keepdims=True)
    return s - np.log(np.exp(s).sum(axis=1, keepdims=True))


def apply(layers, x, training=False):
    for layer in layers:
        x = layer(x, training)
    return x


layers = [Linear(2, 40), ReLU(), Dropout(0.9), Linear(40, 20), ReLU(), Linear(20, 2)]
optimizer = Adam(layers)
x_train, y_train = two_spirals(400)
x_val, y_val = two_spirals(150)

best, wait = np.inf, 0
for epoch in range(150):
    order = rs.permutation(len(x_train))
    for rows in np.array_split(order, 8):
        scores = apply(layers, x_train[rows], training=True)
        grad = np.exp(log_softmax(scores))
        grad[np.arange(len(rows)), y_train[rows]] -= 1
        grad /= len(rows)
        for layer in reversed(layers):
            grad = layer.backward(grad)
        optimizer.step()
    val = -log_softmax(apply(layers, x_val))[np.arange(len(y_val)), y_val].mean()
    if epoch % 15 == 0:
        print("epoch", epoch, "val loss", round(val, 4))
    if val < best - 1e-4:
        best, wait = val, 0
    else:
        wait += 1
        if wait == 25:
            print("stopped early at", epoch)
            break

print("val acc", (apply(layers, x_val).argmax(1) == y_val).mean(), "best loss", round(best, 4))
