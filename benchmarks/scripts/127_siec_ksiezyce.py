import math

import numpy as np


class Siec:
    """Siec z jedna warstwa ukryta, przyklady w kolumnach."""

    def __init__(self, wejscia, ukryte, ziarno=0):
        los = np.random.RandomState(ziarno)
        self.W1 = los.randn(ukryte, wejscia) * math.sqrt(1.0 / wejscia)
        self.b1 = np.zeros((ukryte, 1))
        self.W2 = los.randn(1, ukryte) * math.sqrt(1.0 / ukryte)
        self.b2 = np.zeros((1, 1))

    def wprzod(self, X):
        self.Z1 = np.dot(self.W1, X) + self.b1
        self.A1 = np.tanh(self.Z1)
        self.Z2 = np.dot(self.W2, self.A1) + self.b2
        self.A2 = 1.0 / (1.0 + np.exp(-self.Z2))
        return self.A2

    def strata(self, X, Y):
        A = self.wprzod(X)
        return float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))

    def wstecz(self, X, Y, krok):
        m = X.shape[1]
        dZ2 = (self.A2 - Y) * self.A2 * (1 - self.A2)
        dW2 = np.dot(dZ2, self.A1.T) / m
        db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        dZ1 = np.dot(self.W2.T, dZ2) * (1 - np.power(self.A1, 2))
        dW1 = np.dot(dZ1, X.T) / m
        db1 = np.sum(dZ1, axis=1, keepdims=True) / m

        self.W1 -= krok * dW1
        self.b1 -= krok * db1
        self.W2 -= krok * dW2
        self.b2 -= krok * db2

    def dokladnosc(self, X, Y):
        return np.mean((self.wprzod(X) > 0.5) == (Y > 0.5))


def ksiezyce(n, szum, los):
    kat = los.uniform(0, math.pi, n)
    gora = np.vstack([np.cos(kat), np.sin(kat)])
    kat = los.uniform(0, math.pi, n)
    dol = np.vstack([1 - np.cos(kat), 0.5 - np.sin(kat)])
    X = np.hstack([gora, dol]) + szum * los.randn(2, 2 * n)
    Y = np.hstack([np.zeros(n), np.ones(n)]).reshape(1, -1)
    return X, Y


los = np.random.RandomState(7)
X, Y = ksiezyce(128, 0.1, los)
siec = Siec(2, 9)
rozmiar = 32

for epoka in range(120):
    kolejnosc = los.permutation(X.shape[1])
    for start in range(0, X.shape[1], rozmiar):
        wybor = kolejnosc[start : start + rozmiar]
        siec.wprzod(X[:, wybor])
        siec.wstecz(X[:, wybor], Y[:, wybor], 0.5)
    if (epoka + 1) % 20 == 0:
        print(f"epoka {epoka + 1:3d}  strata {siec.strata(X, Y):.4f}  dokladnosc {siec.dokladnosc(X, Y):.3f}")
