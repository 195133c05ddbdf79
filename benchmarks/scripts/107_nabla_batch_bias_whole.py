import random
import numpy as np


def step(z):
    return 1 / (1 + np.exp(-z))


class Net:
    """sizes like [4, 6, 3]; samples are columns"""

    def __init__(self, sizes):
        self.sizes = sizes
        self.num_layers = len(sizes)
        self.B = [np.random.randn(r, 1) for r in sizes[1:]]
        self.W = [np.random.randn(r, c) / np.sqrt(c) for r, c in zip(sizes[1:], sizes[:-1])]

    def grads(self, x, t):
        activations = [x]
        for w, b in zip(self.W, self.B):
            activations.append(step(w @ activations[-1] + b))
        dB = [None] * len(self.B)
        dW = [None] * len(self.W)
        d = activations[-1] - t            # cross-entropy
        dB[-1] = d
        dW[-1] = d @ activations[-2].T
        for k in range(2, self.num_layers):
            s = activations[-k]
            d = (self.W[-k + 1].T @ d) * s * (1 - s)
            dB[-k] = d
            dW[-k] = d @ activations[-k - 1].T
        return dB, dW

    def learn(self, batch, eta):
        sumB = [np.zeros_like(b) for b in self.B]
        sumW = [np.zeros_like(w) for w in self.W]
        for x, t in batch:
            dB, dW = self.grads(x, t)
            sumB = [s + d for s, d in zip(sumB, dB)]
            sumW = [s + d for s, d in zip(sumW, dW)]
        self.W = [w - eta / len(batch) * s for w, s in zip(self.W, sumW)]
        self.B = [b - eta * s for b, s in zip(self.B, sumB)]

    def loss(self, data):
        total = 0.0
        for x, t in data:
            a = x
            for w, b in zip(self.W, self.B):
                a = step(w @ a + b)
            total -= float(np.sum(t * np.log(a) + (1 - t) * np.log(1 - a)))
        return total / len(data)


random.seed(7)
np.random.seed(7)
data = []
for _ in range(60):
    k = random.randrange(3)
    x = np.random.randn(4, 1) * 0.4
    x[k] += 1.5
    t = np.zeros((3, 1))
    t[k] = 1
    data.append((x, t))
net = Net([4, 6, 3])
for epoch in range(6):
    random.shuffle(data)
    for i in range(0, len(data), 10):
        net.learn(data[i:i + 10], 0.3)
    print("Epoch {0}: {1:.4f}".format(epoch, net.loss(data)))
