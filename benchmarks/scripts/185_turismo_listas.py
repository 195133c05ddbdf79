# Proyecto final: ¿el turista vuelve o no vuelve? (datos inventados)
# Red con listas de matrices, todo "a mano".
import numpy as np

np.random.seed(55)

capas = [5, 10, 6, 1]
tasa = 0.3
epocas = 600
lote = 25

# --- datos ---
n = 200
X = np.random.randn(n, capas[0])
gusto = 1.2 * X[:, 0] - 0.9 * X[:, 1] * X[:, 2] + 0.7 * X[:, 3] + 0.6
y = (gusto + 0.2 * np.random.randn(n) > 0).astype(float).reshape(-1, 1)

# --- parametros ---
pesos = []
sesgos = []
for entrada, salida in zip(capas[:-1], capas[1:]):
    pesos.append(np.random.randn(entrada, salida) / np.sqrt(entrada))
    sesgos.append(np.full((1, salida), 0.1))


def sigmoide(z):
    return 1 / (1 + np.exp(-z))


def adelante(x):
    activaciones = [x]
    for W, b in zip(pesos[:-1], sesgos[:-1]):
        activaciones.append(np.tanh(activaciones[-1] @ W + b))
    activaciones.append(sigmoide(activaciones[-1] @ pesos[-1] + sesgos[-1]))
    return activaciones


def entropia(p, y):
    p = np.clip(p, 1e-10, 1 - 1e-10)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()


def atras(activaciones, y):
    gW, gb = [], []
    delta = (activaciones[-1] - y) / len(y)
    for i in reversed(range(len(pesos))):
        gW.insert(0, activaciones[i].T @ delta)
        gb.insert(0, delta.sum(axis=0, keepdims=True))
        if i > 0:
            delta = delta @ pesos[i].T * (1 - activaciones[i] ** 2)
    return gW, gb


for epoca in range(epocas):
    orden = np.random.permutation(n)
    for k in range(0, n, lote):
        idx = orden[k:k + lote]
        acts = adelante(X[idx])
        gW, gb = atras(acts, y[idx])
        for W, dW in zip(pesos, gW):
            W -= tasa * dW
        for b, db in zip(sesgos, gb):
            b = b - tasa * db
    if epoca % 100 == 0:
        p = adelante(X)[-1]
        print("epoca", epoca, "perdida", round(entropia(p, y), 4), "acierto", ((p > .5) == y).mean())
