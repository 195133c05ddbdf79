# Skredfare på fylkesvei: 6 målinger -> fare / ikke fare.  Rader er dager.
import numpy as np

rng = np.random.RandomState(17)


def logistisk(z):
    return 1 / (1 + np.exp(-z))


class Nett:
    def __init__(self, lag):
        self.L = len(lag) - 1
        self.w = {}
        for l in range(1, self.L + 1):
            self.w["W%d" % l] = rng.randn(lag[l - 1], lag[l]) / np.sqrt(lag[l - 1])
            self.w["b%d" % l] = np.zeros(lag[l])

    def frem(self, x):
        A = [x]
        for l in range(1, self.L + 1):
            z = A[-1] @ self.w["W%d" % l] + self.w["b%d" % l]
            A.append(logistisk(z) if l == self.L else np.tanh(z))
        return A

    def tap(self, x, y):
        p = self.frem(x)[-1]
        return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()

    def bak(self, A, y):
        g = {}
        d = (A[-1] - y) / len(y)
        for l in range(self.L, 0, -1):
            g["W%d" % l] = A[l - 1].T @ d
            g["b%d" % l] = d.sum(axis=0)
            if l > 1:
                d = d @ self.w["W%d" % l].T * (1 - A[l - 1] ** 2)
        return g

    def tren(self, x, y, runder, rate):
        for r in range(runder):
            g = self.bak(self.frem(x), y)
            for l in range(1, self.L):
                self.w["W%d" % l] -= rate * g["W%d" % l]
                self.w["b%d" % l] -= rate * g["b%d" % l]
            if r % 100 == 0:
                print("runde", r, "tap", round(self.tap(x, y), 4))


maal = rng.randn(250, 6)
fare = (maal[:, 0] + maal[:, 1] * maal[:, 2] + 0.5 * maal[:, 3] > 0.2).astype(float)[:, None]
nett = Nett([6, 12, 8, 1])
nett.tren(maal, fare, 500, 0.5)
print("treff", ((nett.frem(maal)[-1] > 0.5) == fare).mean())
