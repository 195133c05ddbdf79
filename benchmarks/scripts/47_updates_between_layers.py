import numpy as np

class NN:
    def __init__(self, dims):
        np.random.seed(1)
        self.W = {}
        self.b = {}
        self.L = len(dims) - 1
        for l in range(1, self.L + 1):
            self.W[l] = np.random.randn(dims[l - 1], dims[l]) * 0.4
            self.b[l] = np.zeros(dims[l])

    def train_step(self, X, Y, lr):
        A = {0: X}
        for l in range(1, self.L + 1):
            Z = A[l - 1] @ self.W[l] + self.b[l]
            A[l] = 1 / (1 + np.exp(-Z))
        loss = -np.mean(Y * np.log(A[self.L]) + (1 - Y) * np.log(1 - A[self.L]))
        dZ = (A[self.L] - Y) / len(X)
        for l in range(self.L, 0, -1):
            dW = A[l - 1].T @ dZ
            db = dZ.sum(axis=0)
            self.W[l] = self.W[l] - lr * dW
            self.b[l] = self.b[l] - lr * db
            if l > 1:
                dZ = dZ @ self.W[l].T * A[l - 1] * (1 - A[l - 1])
        return loss

X = np.random.RandomState(5).randn(30, 4)
Y = (X[:, :1] + X[:, 1:2] > 0) * 1.0
nn = NN([4, 6, 5, 1])
for i in range(60):
    loss = nn.train_step(X, Y, 1.5)
    if i % 20 == 0: print(i, loss)
