import numpy as np
import matplotlib.pyplot as plt

np.random.seed(21)
t = np.linspace(0, 2 * np.pi, 10)
signals = np.array([np.sin(t * f + ph) for f, ph in zip(np.random.rand(32) + 0.5, np.random.rand(32) * 3)])

class Autoencoder:
    def __init__(self, n, code):
        self.We = np.random.randn(n, code) * 0.3
        self.be = np.zeros(code)
        self.Wd = np.random.randn(code, n) * 0.3
        self.bd = np.zeros(n)

    def encode(self, x):
        return np.tanh(x @ self.We + self.be)

    def decode(self, c):
        return c @ self.Wd + self.bd

    def train_step(self, x, lr):
        code = self.encode(x)
        rec = self.decode(code)
        loss = np.mean((rec - x) ** 2)
        d_rec = 2 * (rec - x) / rec.size
        d_code = d_rec @ self.Wd.T
        d_pre = d_code * (1 - code) ** 2
        self.Wd -= lr * (code.T @ d_rec)
        self.bd -= lr * d_rec.sum(axis=0)
        self.We -= lr * (x.T @ d_pre)
        self.be -= lr * d_pre.sum(axis=0)
        return loss

ae = Autoencoder(10, 4)
losses = []
for i in range(200):
    losses.append(ae.train_step(signals, lr=0.3))
print(losses[::50])
plt.semilogy(losses)
plt.xlabel("step")
plt.savefig("loss.png")
