# Nevralt nett uten egne bias-variabler: hvert lag får et ekstra 1-tall foran i inndata
# Innlevering 2, IN3050-ish, Ingrid S.
import numpy as np

rng = np.random.default_rng(17)


def med_ener(A):
    return np.hstack([np.ones((A.shape[0], 1)), A])


def logistisk(x):
    return 1 / (1 + np.exp(-x))


class Nett:
    """vekter[l] har formen (1 + inn, ut), der første rad er bias"""

    def __init__(self, *storrelser):
        self.vekter = []
        for inn, ut in zip(storrelser[:-1], storrelser[1:]):
            self.vekter.append(rng.uniform(-1, 1, (inn + 1, ut)) / np.sqrt(inn))

    def fram(self, X):
        self.inndata = []
        A = X
        for V in self.vekter:
            A = med_ener(A)
            self.inndata.append(A)
            A = logistisk(A @ V)
        return A

    def bak(self, ut, fasit):
        gradienter = [None] * len(self.vekter)
        delta = (ut - fasit) / len(fasit)
        for l in range(len(self.vekter) - 1, -1, -1):
            gradienter[l] = self.inndata[l].T @ delta
            if l == 0:
                break
            skjult = self.inndata[l][:, 1:]
            feil = (delta @ self.vekter[l].T)[:, :-1]       # uten bias
            delta = feil * skjult * (1 - skjult)
        return gradienter

    def tren(self, X, y, eta=1.0, runder=400, vis=80):
        fasit = y.reshape(-1, 1)
        for r in range(runder):
            ut = self.fram(X)
            for V, g in zip(self.vekter, self.bak(ut, fasit)):
                V -= eta * g
            if r % vis == 0 or r == runder - 1:
                tap = -np.mean(fasit * np.log(ut) + (1 - fasit) * np.log(1 - ut))
                print(f"runde {r:4d}   tap {tap:.4f}   treff {np.mean((ut > 0.5) == fasit):.3f}")


# laks eller ørret? (lengde, vekt, flekker), standardisert
n = 140
X = rng.normal(size=(n, 3))
y = (1.2 * X[:, 0] - X[:, 1] + X[:, 2] ** 2 - 0.8 > 0).astype(float)

nett = Nett(3, 9, 6, 1)
nett.tren(X, y)
