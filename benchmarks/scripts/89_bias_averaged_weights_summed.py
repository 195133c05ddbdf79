import numpy as np
rng = np.random.default_rng(890)

# temperatur -> verbrauch, drei merkmale
daten = rng.normal(size=(21, 3))
ziel = np.tanh(daten @ np.array([[1.0], [-0.5], [0.2]])) + 0.1 * rng.normal(size=(21, 1))
eingang, verdeckt = 3, 5
V = rng.normal(size=(eingang, verdeckt)) * 0.6
bv = np.zeros(verdeckt)
U = rng.normal(size=(verdeckt, 1)) * 0.6
bu = np.zeros(1)
eta = 0.01

def vorwaerts(x):
    z = x @ V + bv
    a = 1 / (1 + np.exp(-z))
    return a, a @ U + bu

for runde in range(150):
    a, ausgang = vorwaerts(daten)
    fehler = ausgang - ziel
    verlust = 0.5 * np.sum(fehler ** 2)
    dU = a.T @ fehler
    dbu = np.mean(fehler, axis=0)
    dz = (fehler @ U.T) * a * (1 - a)
    dV = daten.T @ dz
    dbv = np.mean(dz, axis=0)
    U = U - eta * dU
    bu = bu - eta * dbu
    V = V - eta * dV
    bv = bv - eta * dbv
print(verlust)
