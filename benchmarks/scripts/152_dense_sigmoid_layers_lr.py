import numpy as np

class Dense:
    def __init__(self, inp, out):
        self.w = np.random.randn(inp, out) / np.sqrt(inp)
        self.b = np.zeros((1, out))

    def forward(self, x):
        self.x = x
        return x.dot(self.w) + self.b

    def backward(self, grad, lr):
        dw = self.x.T.dot(grad)
        db = grad.sum(axis=0, keepdims=True)
        self.w -= lr * dw
        self.b -= lr * db
        return grad.dot(self.w.T)

class Sigmoid:
    def forward(self, x):
        self.out = 1.0 / (1.0 + np.exp(-x))
        return self.out

    def backward(self, grad, lr):
        return grad * self.out * (1 - self.out)

class Network:
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad, lr):
        for layer in reversed(self.layers):
            grad = layer.backward(grad, lr)

def mse(pred, target):
    return np.mean((pred - target) ** 2)

def mse_grad(pred, target):
    return 2 * (pred - target) / target.size

np.random.seed(42)
# 3 bits -> (parity, majority)
X = np.array([[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)], dtype=float)
Y = np.stack([X.sum(axis=1) % 2, X.sum(axis=1) >= 2], axis=1).astype(float)

net = Network(Dense(3, 10), Sigmoid(), Dense(10, 6), Sigmoid(), Dense(6, 2), Sigmoid())
history = []
for epoch in range(4000):
    pred = net.forward(X)
    history.append(mse(pred, Y))
    net.backward(mse_grad(pred, Y), lr=2.0)
    if epoch % 500 == 0:
        print(epoch, round(history[-1], 5))
print(np.c_[Y, net.forward(X).round(2)])
