from itertools import product

import numpy as np


class Layer:
    """Base class. forward() must remember what backward() will need."""

    def parameters(self):
        return []

    def forward(self, x):
        raise NotImplementedError

    def backward(self, grad):
        raise NotImplementedError


class Affine(Layer):
    def __init__(self, fan_in, fan_out, rng):
        limit = np.sqrt(6.0 / (fan_in + fan_out))
        self.W = rng.uniform(-limit, limit, (fan_in, fan_out))
        self.b = np.zeros(fan_out)
        self.dW = self.db = None

    def parameters(self):
        return [("W", "dW"), ("b", "db")]

    def forward(self, x):
        self.x = x
        return np.matmul(x, self.W) + self.b

    def backward(self, grad):
        self.dW = np.matmul(self.x.T, grad)
        self.db = grad.sum(0)
        return np.matmul(grad, self.W.T)


class Tanh(Layer):
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, grad):
        return grad * (1.0 - self.out**2)


class BinaryCrossEntropyWithLogits:
    def __call__(self, logit, target):
        self.p = 1 / (1 + np.exp(-logit))
        self.t = target
        return np.mean(np.maximum(logit, 0) - logit * target + np.log1p(np.exp(-np.abs(logit))))

    def backward(self):
        return (self.p - self.t) / self.t.size


class Sequential:
    def __init__(self, *layers):
        self.layers = layers

    def __call__(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad):
        for layer in self.layers[::-1]:
            grad = layer.backward(grad)

    def step(self, lr):
        for layer in self.layers:
            for name, grad_name in layer.parameters():
                value = getattr(layer, name)
                value -= lr * getattr(layer, grad_name)


if __name__ == "__main__":
    rng = np.random.default_rng(11)
    bits = np.array(list(product([0.0, 1.0], repeat=5)))
    odd = (np.sum(bits, axis=1) % 2).astype(float).reshape(-1, 1)

    net = Sequential(Affine(5, 16, rng), Tanh(), Affine(16, 8, rng), Tanh(), Affine(8, 1, rng))
    criterion = BinaryCrossEntropyWithLogits()

    for epoch in range(3000):
        out = net(bits)
        loss = criterion(out, odd)
        net.backward(criterion.backward())
        net.step(0.5)
        if epoch % 500 == 0:
            print(f"epoch {epoch:5d} | loss {loss:.4f} | acc {np.mean((out > 0) == odd):.2f}")

    print("wrong patterns:", int(np.sum((net(bits) > 0) != odd)))
