# Code for my blog post "Is Swish really smoother than ReLU? A tiny experiment"
# (runs on a laptop, numpy only)
import numpy as np

rng = np.random.default_rng(404)


def sig(t):
    return 1 / (1 + np.exp(-t))


class SwishMLP:
    def __init__(self, sizes):
        self.Ws = [rng.standard_normal((i, o)) * (2 / i) ** .5 for i, o in zip(sizes, sizes[1:])]
        self.bs = [np.zeros(o) for o in sizes[1:]]

    def swish(self, z):
        return z * sig(z)

    def dswish(self, z):
        # product rule!  (z * s)' = s + z * s'
        s = sig(z)
        return s + z * (1 - s)

    def predict(self, x):
        self.acts, self.zs = [x], []
        last = len(self.Ws) - 1
        for i, (W, b) in enumerate(zip(self.Ws, self.bs)):
            z = self.acts[-1] @ W + b
            self.zs.append(z)
            self.acts.append(z if i == last else self.swish(z))
        return self.acts[-1]

    def fit_batch(self, x, y, lr):
        out = self.predict(x)
        diff = out - y
        loss = (diff ** 2).mean()
        delta = 2 * diff / diff.size
        grads = []
        for i in reversed(range(len(self.Ws))):
            grads.append((i, self.acts[i].T @ delta, delta.sum(0)))
            if i:
                delta = (delta @ self.Ws[i].T) * self.dswish(self.zs[i - 1])
        for i, gW, gb in grads:
            self.Ws[i] -= lr * gW
            self.bs[i] -= lr * gb
        return loss


# Data: a bumpy 2-D landscape
X = rng.uniform(-2, 2, (256, 2))
Y = (np.sin(2 * X[:, 0]) * np.exp(-X[:, 1] ** 2 / 2) + 0.3 * X[:, 1])[:, None]

net = SwishMLP([2, 20, 20, 1])
lr = 0.01
for epoch in range(1, 61):
    perm = rng.permutation(256)
    losses = [net.fit_batch(X[p], Y[p], lr) for p in perm.reshape(8, 32)]
    if epoch in (1, 2, 5, 10, 20, 40, 60):
        print(f'after {epoch:>3} epochs: mse = {np.mean(losses):.4f}')

# how non-monotone is it?
zz = np.linspace(-5, 0, 200)
print('swish has its minimum near z =', round(zz[np.argmin(net.swish(zz))], 2))
