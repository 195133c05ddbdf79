import numpy as np

class Net:
    def __init__(self, n_in, n_hid, n_out, lr=0.1):
        rng = np.random.RandomState(7)
        self.W1 = rng.normal(0, 0.5, (n_in, n_hid))
        self.b1 = np.zeros(n_hid)
        self.W2 = rng.normal(0, 0.5, (n_hid, n_out))
        self.b2 = np.zeros(n_out)
        self.lr = lr

    def _sig(self, z):
        return 1/(1+np.exp(-z))

    def forward(self, X):
        self.z1 = X @ self.W1 + self.b1
        self.a1 = self._sig(self.z1)
        self.z2 = self.a1 @ self.W2 + self.b2
        self.a2 = self._sig(self.z2)
        return self.a2

    def loss(self, y):
        return np.mean((self.a2 - y) ** 2)

    def backward(self, X, y):
        N = X.shape[0]
        dz2 = 2 * (self.a2 - y) / (N * y.shape[1])
        dW2 = self.a1.T @ dz2
        db2 = dz2.sum(axis=0)
        dz1 = (dz2 @ self.W2.T) * self.a1 * (1 - self.a1)
        dW1 = X.T @ dz1
        db1 = dz1.sum(axis=0)
        self.W1 -= self.lr * dW1
        self.b1 -= self.lr * db1
        self.W2 -= self.lr * dW2
        self.b2 -= self.lr * db2

rng = np.random.RandomState(0)
X = rng.rand(30, 3)
Y = np.stack([X[:, 0] * X[:, 1], 1 - X[:, 2]], axis=1)
net = Net(3, 5, 2)
for epoch in range(200):
    out = net.forward(X)
    L = net.loss(Y)
    net.backward(X, Y)
    if epoch % 50 == 0:
        print(f"epoch {epoch} loss {L:.4f}")
