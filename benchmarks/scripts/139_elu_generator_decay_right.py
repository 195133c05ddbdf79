import numpy as np


def batches(x, y, size, rng):
    """Yield shuffled mini batches, the last one may be smaller."""
    order = rng.permutation(len(x))
    for begin in range(0, len(x), size):
        pick = order[begin : begin + size]
        yield x[pick], y[pick]


def elu(z, alpha=1.0):
    return np.where(z > 0, z, alpha * (np.exp(np.minimum(z, 0)) - 1))


def d_elu(z, alpha=1.0):
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0)))


def schedule(start, every=20, factor=0.7):
    epoch = 0
    while True:
        yield start * factor ** (epoch // every)
        epoch += 1


rng = np.random.default_rng()
x = rng.uniform(-2, 2, (400, 3))
y = np.sin(x[:, :1]) + x[:, 1:2] ** 2 - 0.5 * x[:, 2:]
y = (y - y.mean()) / y.std()
x_val, y_val, x, y = x[:80], y[:80], x[80:], y[80:]

W1 = rng.normal(0, 0.5, (3, 20))
b1 = np.zeros(20)
W2 = rng.normal(0, 0.3, (20, 10))
b2 = np.zeros(10)
W3 = rng.normal(0, 0.3, (10, 1))
b3 = np.zeros(1)


def predict(x):
    return elu(elu(x @ W1 + b1) @ W2 + b2) @ W3 + b3


for epoch, lr in zip(range(100), schedule(0.1)):
    for xb, yb in batches(x, y, 32, rng):
        z1 = xb @ W1 + b1
        h1 = elu(z1)
        z2 = h1 @ W2 + b2
        h2 = elu(z2)
        out = h2 @ W3 + b3

        g = (out - yb) / len(xb)  # of 1/2 mean squared error
        gW3, gb3 = h2.T @ g, g.sum(0)
        g = g @ W3.T * d_elu(z2)
        gW2, gb2 = h1.T @ g, g.sum(0)
        g = g @ W2.T * d_elu(z1)
        gW1, gb1 = xb.T @ g, g.sum(0)

        for param, grad in ((W1, gW1), (b1, gb1), (W2, gW2), (b2, gb2), (W3, gW3), (b3, gb3)):
            param -= lr * grad
    if epoch % 10 == 9:
        train = 0.5 * np.mean((predict(x) - y) ** 2)
        val = 0.5 * np.mean((predict(x_val) - y_val) ** 2)
        print(f"epoch {epoch + 1}: lr {lr:.4f} train {train:.5f} val {val:.5f}")
