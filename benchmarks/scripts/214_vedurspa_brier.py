# Veðurspá: sól, rigning eða snjór?  Líkurnar eru metnar með Brier-skori, eins og veðurfræðingar gera,
# og því er netið þjálfað beint á það.                                (Sigrún, lokaverkefni)
import numpy as np

np.random.seed(874)
DAGAR = 210

hiti = np.random.normal(3, 6, DAGAR)
raki = np.random.uniform(30, 100, DAGAR)
thrystingur = np.random.normal(1005, 12, DAGAR)
vindur = np.random.gamma(2, 4, DAGAR)

urkoma = (0.05 * (raki - 65) - 0.06 * (thrystingur - 1005) + 0.4 * np.random.randn(DAGAR)) > 0
vedur = np.where(~urkoma, 0, np.where(hiti > 1, 1, 2))

X = np.stack([hiti, raki, thrystingur, vindur], axis=1)
X = (X - X.mean(0)) / X.std(0)
Y = (vedur[:, None] == np.arange(3)).astype(float)


class Net:
    def __init__(self, inn, falin, ut):
        self.W = np.random.randn(inn, falin) * 0.5
        self.b = np.zeros(falin)
        self.V = np.random.randn(falin, ut) * 0.5
        self.c = np.zeros(ut)

    def spa(self, X):
        self.H = 1 / (1 + np.exp(-(X @ self.W + self.b)))
        Z = self.H @ self.V + self.c
        E = np.exp(Z - Z.max(axis=1)[:, None])
        self.P = E / E.sum(axis=1)[:, None]
        return self.P

    def brier(self, Y):
        return ((self.P - Y) ** 2).sum(axis=1).mean()

    def laera(self, X, Y, skref):
        n = len(X)
        dP = 2 * (self.P - Y) / n
        dZ = dP * self.P * (1 - self.P)
        dH = dZ @ self.V.T
        dA = dH * self.H * (1 - self.H)
        self.V -= skref * self.H.T @ dZ
        self.c -= skref * dZ.sum(axis=0)
        self.W -= skref * X.T @ dA
        self.b -= skref * dA.sum(axis=0)


net = Net(4, 12, 3)
skref = 1.5
for umferd in range(500):
    net.spa(X)
    if umferd % 100 == 0:
        print(f"umferð {umferd}: Brier {net.brier(Y):.4f}")
    net.laera(X, Y, skref)

P = net.spa(X)
vedurfar = ((Y.mean(0) - Y) ** 2).sum(axis=1).mean()
print(f"að lokum: Brier {net.brier(Y):.4f}, færni {1 - net.brier(Y) / vedurfar:.3f}")
print("rétt spáð:", (P.argmax(1) == vedur).sum(), "af", DAGAR)
