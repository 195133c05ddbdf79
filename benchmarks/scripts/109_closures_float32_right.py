import numpy as np

f32 = np.float32


def affine(n, m, rng):
    W = (rng.standard_normal((n, m)) * (2 / n) ** 0.5).astype(f32)
    b = np.zeros(m, dtype=f32)

    def run(x):
        def back(g, lr):
            gx = g @ W.T
            gW, gb = x.T @ g, g.sum(0)
            W[...] -= lr * gW
            b[...] -= lr * gb
            return gx
        return x @ W + b, back
    return run


def leaky(slope=f32(0.1)):
    def run(x):
        k = np.where(x > 0, f32(1), slope)
        return x * k, lambda g, lr: g * k
    return run


def cross_entropy(z, labels):
    z = z - z.max(1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(1, keepdims=True))
    n = len(labels)
    g = np.exp(logp)
    g[np.arange(n), labels] -= 1
    return -logp[np.arange(n), labels].mean(), g / f32(n)


rng = np.random.default_rng(9)
angles = rng.uniform(0, 3 * np.pi, 90)
arm = rng.integers(0, 2, 90)
r = angles / (3 * np.pi)
spiral = np.c_[r * np.cos(angles + arm * np.pi), r * np.sin(angles + arm * np.pi)].astype(f32)
net = [affine(2, 16, rng), leaky(), affine(16, 16, rng), leaky(), affine(16, 2, rng)]
for epoch in range(100):
    h, tape = spiral, []
    for layer in net:
        h, back = layer(h)
        tape.append(back)
    loss, g = cross_entropy(h, arm)
    while tape:
        g = tape.pop()(g, f32(0.2))
    if epoch % 25 == 0:
        print(epoch, loss, (h.argmax(1) == arm).mean())
