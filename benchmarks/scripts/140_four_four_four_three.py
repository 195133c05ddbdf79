"""
network2.py-ish, after M. Nielsen's book, used on four made-up flower measurements.
"""
import random

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


class Network(object):

    def __init__(self, sizes):
        self.num_layers = len(sizes)
        self.biases = [np.random.randn(n, 1) for n in sizes[1:]]
        self.weights = [np.random.randn(n, m) / np.sqrt(m) for m, n in zip(sizes[:-1], sizes[1:])]

    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = sigmoid(np.dot(w, a) + b)
        return a

    def SGD(self, data, epochs, size, eta):
        for j in range(epochs):
            random.shuffle(data)
            for k in range(0, len(data), size):
                self.update_mini_batch(data[k:k + size], eta)
            if j % 10 == 0:
                print("Epoch {0}: {1} / {2}, cost {3:.4f}".format(j, self.evaluate(data), len(data), self.cost(data)))

    def update_mini_batch(self, mini_batch, eta):
        sum_b = [np.zeros(b.shape) for b in self.biases]
        sum_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in mini_batch:
            nabla_b, nabla_w = self.backprop(x, y)
            sum_b = [s + n for s, n in zip(sum_b, nabla_b)]
            sum_w = [s + n for s, n in zip(sum_w, nabla_w)]
        self.weights = [w - (eta / len(mini_batch)) * s for w, s in zip(self.weights, sum_w)]
        self.biases = [b - (eta / len(mini_batch)) * s for b, s in zip(self.biases, sum_b)]

    def backprop(self, x, y):
        nabla_b = [None] * (self.num_layers - 1)
        nabla_w = [None] * (self.num_layers - 1)
        activations = [x]
        for b, w in zip(self.biases, self.weights):
            activations.append(sigmoid(np.dot(w, activations[-1]) + b))
        # cross-entropy, so no sigma' here
        delta = activations[-1] - y
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].T)
        for l in range(2, self.num_layers):
            a = activations[-l]
            delta = np.dot(self.weights[-l + 1].T, delta) * a * (1 - a)
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l].T)
        return nabla_b, nabla_w

    def cost(self, data):
        total = 0.0
        for x, y in data:
            a = self.feedforward(x)
            total += -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))
        return total / len(data)

    def evaluate(self, data):
        return sum(int(np.argmax(self.feedforward(x)) == np.argmax(y)) for x, y in data)


def flowers(n):
    means = [(-1, 0.8, -1.2, -1.1), (0.2, -0.6, 0.3, 0.2), (1, -0.1, 1, 1.1)]
    out = []
    for _ in range(n):
        k = random.randrange(3)
        x = np.array([[random.gauss(mean, 0.4)] for mean in means[k]])
        y = np.zeros((3, 1))
        y[k] = 1
        out.append((x, y))
    return out


random.seed(1)
np.random.seed(1)
net = Network([4, 4, 4, 3])
net.SGD(flowers(150), 60, 10, 0.5)
