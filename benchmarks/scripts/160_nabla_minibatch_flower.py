"""
Flower classifier, samples one by one inside a mini batch.
Works with batch size 1 but gets noisy / slow when I increase the batch size?
"""
import random
import numpy as np

random.seed(1)
np.random.seed(1)


class Net(object):

    def __init__(self, sizes):
        self.sizes = sizes
        self.B = [np.zeros((n, 1)) for n in sizes[1:]]
        self.W = [np.random.randn(n, k) / np.sqrt(k) for k, n in zip(sizes, sizes[1:])]

    def forward(self, a):
        for W, B in zip(self.W, self.B):
            a = sig(W @ a + B)
        return a

    def backward(self, x, y):
        acts = [x]
        for W, B in zip(self.W, self.B):
            acts.append(sig(W @ acts[-1] + B))
        dW = [None] * len(self.W)
        dB = [None] * len(self.B)
        d = acts[-1] - y  # cross entropy
        for l in range(len(self.W) - 1, -1, -1):
            dW[l] = d @ acts[l].T
            dB[l] = d
            d = (self.W[l].T @ d) * acts[l] * (1 - acts[l])
        return dW, dB

    def train_batch(self, batch, eta):
        sum_W = [np.zeros(W.shape) for W in self.W]
        sum_B = [np.zeros(B.shape) for B in self.B]
        for x, y in batch:
            dW, dB = self.backward(x, y)
            for l in range(len(self.W)):
                sum_W[l] = dW[l]
                sum_B[l] = dB[l]
        for l in range(len(self.W)):
            self.W[l] -= eta / len(batch) * sum_W[l]
            self.B[l] -= eta / len(batch) * sum_B[l]

    def loss(self, data):
        total = 0
        for x, y in data:
            p = self.forward(x)
            total -= np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
        return total / len(data)


def sig(z):
    return 1 / (1 + np.exp(-z))


# petal length, petal width, sepal length, sepal width (made up, centred)
means = [(-1.2, -1.1, -0.9, 0.7), (0.2, 0.1, 0.0, -0.5), (0.9, 1.1, 0.8, 0.0)]
data = []
for k, mean in enumerate(means):
    for _ in range(40):
        x = np.array(mean).reshape(4, 1) + 0.35 * np.random.randn(4, 1)
        y = np.zeros((3, 1))
        y[k] = 1
        data.append((x, y))

net = Net([4, 7, 3])
for epoch in range(40):
    random.shuffle(data)
    for start in range(0, len(data), 10):
        net.train_batch(data[start:start + 10], eta=2.0)
    if epoch % 5 == 0:
        print("Epoch", epoch, "loss", round(float(net.loss(data)), 4))

print(sum(net.forward(x).argmax() == y.argmax() for x, y in data), "/", len(data))
