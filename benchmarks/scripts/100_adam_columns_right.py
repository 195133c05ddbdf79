import numpy as np

def relu(Z): return np.maximum(Z, 0)

class Model:
    def __init__(self, n_x, n_h, seed=0):
        r = np.random.RandomState(seed)
        self.W1 = r.randn(n_h, n_x) * np.sqrt(2 / n_x)
        self.b1 = np.zeros((n_h, 1))
        self.W2 = r.randn(1, n_h) * np.sqrt(1 / n_h)
        self.b2 = np.zeros((1, 1))
        self.names = ["W1", "b1", "W2", "b2"]
        self.first = {k: 0 for k in self.names}
        self.second = {k: 0 for k in self.names}
        self.steps = 0

    def forward(self, X):
        self.Z1 = self.W1 @ X + self.b1
        self.A1 = relu(self.Z1)
        self.Z2 = self.W2 @ self.A1 + self.b2
        self.A2 = 1 / (1 + np.exp(-self.Z2))
        return self.A2

    def backward(self, X, Y):
        m = X.shape[1]
        dZ2 = self.A2 - Y
        self.dW2 = dZ2 @ self.A1.T / m
        self.db2 = np.mean(dZ2, axis=1, keepdims=True)
        dZ1 = (self.W2.T @ dZ2) * (self.Z1 > 0)
        self.dW1 = dZ1 @ X.T / m
        self.db1 = np.mean(dZ1, axis=1, keepdims=True)

    def update(self, lr, beta1=0.9, beta2=0.99, eps=1e-8):
        self.steps += 1
        for k in self.names:
            g = getattr(self, "d" + k)
            self.first[k] = beta1 * self.first[k] + (1 - beta1) * g
            self.second[k] = beta2 * self.second[k] + (1 - beta2) * g ** 2
            a = self.first[k] / (1 - beta1 ** self.steps)
            b = self.second[k] / (1 - beta2 ** self.steps)
            setattr(self, k, getattr(self, k) - lr * a / (np.sqrt(b) + eps))

r = np.random.RandomState(100)
X = r.randn(4, 70)
Y = (np.sum(X ** 2, axis=0, keepdims=True) > 3.5) * 1.0
model = Model(4, 9)
for i in range(60):
    P = model.forward(X)
    cost = -np.mean(Y * np.log(P) + (1 - Y) * np.log(1 - P))
    model.backward(X, Y)
    model.update(0.02)
    if i % 20 == 0:
        print(i, cost)
