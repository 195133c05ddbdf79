import numpy as np

class NeuralNetwork:
    """Deep ReLU classifier with He initialisation."""

    def __init__(self, layer_dims, seed=0):
        rng = np.random.default_rng(seed)
        self.L = len(layer_dims) - 1
        self.params = {}
        for l in range(1, self.L + 1):
            self.params[f"W{l}"] = rng.standard_normal((layer_dims[l], layer_dims[l - 1])) * np.sqrt(2 / layer_dims[l - 1])
            self.params[f"b{l}"] = np.zeros((layer_dims[l], 1))

    @staticmethod
    def softmax(z):
        e = np.exp(z - z.max(axis=0))
        return e / e.sum(axis=0)

    def forward(self, X):
        self.cache = {"A0": X}
        A = X
        for l in range(1, self.L + 1):
            Z = self.params[f"W{l}"] @ A + self.params[f"b{l}"]
            A = np.maximum(0, Z) if l < self.L else self.softmax(Z)
            self.cache[f"Z{l}"], self.cache[f"A{l}"] = Z, A
        return A

    def backward(self, Y):
        m = Y.shape[1]
        grads = {}
        AL = self.cache[f"A{self.L}"]
        dZ = (AL - Y) * AL * (1 - AL)
        for l in range(self.L, 0, -1):
            grads[f"dW{l}"] = dZ @ self.cache[f"A{l - 1}"].T / m
            grads[f"db{l}"] = dZ.sum(axis=1, keepdims=True) / m
            if l > 1:
                dA = self.params[f"W{l}"].T @ dZ
                dZ = dA * (self.cache[f"Z{l - 1}"] > 0)
        return grads

    def update(self, grads, lr):
        for l in range(1, self.L + 1):
            self.params[f"W{l}"] -= lr * grads[f"dW{l}"]
            self.params[f"b{l}"] -= lr * grads[f"db{l}"]

rng = np.random.default_rng(8)
X = rng.normal(size=(5, 64))
y = np.argmax(X[:3], axis=0)
Y = np.eye(3)[y].T
net = NeuralNetwork([5, 9, 7, 3])
for epoch in range(40):
    AL = net.forward(X)
    loss = -np.mean(np.sum(Y * np.log(AL + 1e-9), axis=0))
    net.update(net.backward(Y), 0.1)
    if epoch % 10 == 0:
        print(epoch, loss)
