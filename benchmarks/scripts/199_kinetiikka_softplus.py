# Reaktionopeuden sovitus pienellä verkolla (kemian tekniikan harjoitustyö, Aino K.)
# softplus piilokerroksessa, koska nopeus on sileä ja lähes lineaarinen suurilla lämpötiloilla
import numpy as np


def softplus(z):
    return np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0)


def softplus_derivaatta(z):
    return 1 / (1 + np.exp(-z))


def alusta(n_sisaan, n_piilo, n_ulos, siemen=5):
    g = np.random.default_rng(siemen)
    return {
        "W1": g.normal(0, np.sqrt(1 / n_sisaan), (n_sisaan, n_piilo)),
        "b1": g.normal(0, 0.5, n_piilo),
        "W2": g.normal(0, np.sqrt(1 / n_piilo), (n_piilo, n_ulos)),
        "b2": np.zeros(n_ulos),
    }


def eteenpain(p, X):
    z1 = X @ p["W1"] + p["b1"]
    a1 = softplus(z1)
    y = a1 @ p["W2"] + p["b2"]
    return y, (X, z1, a1)


def taaksepain(p, y, T, valimuisti):
    X, z1, a1 = valimuisti
    n = len(X)
    dy = 2 * (y - T) / n
    da1 = dy @ p["W2"].T
    dz1 = da1 * softplus_derivaatta(a1)
    return {"W1": X.T @ dz1, "b1": dz1.sum(0), "W2": a1.T @ dy, "b2": dy.sum(0)}


# aineisto: skaalattu lämpötila ja kaksi pitoisuutta -> nopeus
gen = np.random.default_rng(17)
X = gen.uniform(-1, 1, size=(90, 3))
nopeus = np.exp(0.9 * X[:, 0]) * (1.2 + X[:, 1]) / (2 + X[:, 2])
T = (nopeus - nopeus.mean())[:, np.newaxis]
koulutus, testi = slice(0, 70), slice(70, 90)

p = alusta(3, 10, 1)
askel0 = 0.08
for kierros in range(1, 801):
    askel = askel0 / (1 + 0.002 * kierros)
    y, vm = eteenpain(p, X[koulutus])
    gradientit = taaksepain(p, y, T[koulutus], vm)
    for nimi in p:
        p[nimi] = p[nimi] - askel * gradientit[nimi]
    if kierros in (1, 10, 100, 400, 800):
        mse = np.mean((y - T[koulutus]) ** 2)
        testi_mse = np.mean((eteenpain(p, X[testi])[0] - T[testi]) ** 2)
        print(f"{kierros:4d}  koulutus {mse:.5f}  testi {testi_mse:.5f}")
