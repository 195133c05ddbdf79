"""tinyframe -- my own baby deep learning framework (v0.2, now with ReLU!!)"""
import numpy as np


class Dense:
    def __init__(self, n_in, n_out, rng):
        self.W = rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))
        self.b = np.zeros((1, n_out))

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad, lr):
        self.W -= lr * (self.x.T @ grad)
        self.b -= lr * grad.sum(axis=0, keepdims=True)
        return grad @ self.W.T


class ReLU:
    def forward(self, x):
        self.on = x > 0
        return x * self.on

    def backward(self, grad, lr):
        return grad * self.on


class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, grad, lr):
        return grad * self.y * (1 - self.y)


class MSE:
    def loss(self, pred, true):
        return np.mean((pred - true) ** 2)

    def grad(self, pred, true):
        return 2 * (pred - true) / pred.size


class Model:
    def __init__(self, *layers):
        self.layers = layers

    def __call__(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def fit(self, x, y, loss, epochs, lr):
        history = []
        for epoch in range(epochs):
            out = self(x)
            history.append(loss.loss(out, y))
            g = loss.grad(out, y)
            for layer in reversed(self.layers):
                g = layer.backward(g, lr)
        return history


if __name__ == "__main__":
    rng = np.random.default_rng(123)
    # is the point inside the square?
    x = rng.uniform(-1, 1, (200, 2))
    y = (np.abs(x).max(axis=1, keepdims=True) < 0.6).astype(float)
    net = Model(Dense(2, 16, rng), ReLU(), Dense(16, 8, rng), ReLU(), Dense(8, 1, rng), Sigmoid())
    hist = net.fit(x, y, MSE(), epochs=1500, lr=0.8)
    print("loss: first %.4f last %.4f" % (hist[0], hist[-1]))
    print("acc: ", np.mean((net(x) > 0.5) == y))
    try:
        import matplotlib
        matplotlib.use("Agg")
        import matplotlib.pyplot as plt
        plt.plot(hist)
        plt.title("look ma, it learns")
    except ImportError:
        pass
