# tarea 2: red con una capa oculta, descenso por gradiente
import numpy as np

np.random.seed(12)
n, d, h, k = 40, 3, 6, 2
X = np.random.randn(n, d)
Y = np.c_[np.sin(X[:, 0]), X[:, 1] * X[:, 2]]

P1 = np.random.randn(d, h) * 0.5
s1 = np.zeros(h)
P2 = np.random.randn(h, k) * 0.5
s2 = np.zeros(k)
tasa = 0.03

def sigmoide(v):
    return 1.0 / (1.0 + np.exp(-v))

for epoca in range(120):
    v1 = X @ P1 + s1
    o1 = sigmoide(v1)
    o2 = o1 @ P2 + s2
    e = o2 - Y
    costo = 0.5 * np.sum(e ** 2) / n
    gP2 = o1.T @ e / n
    gs2 = e.sum(0) / n
    d1 = (e @ P2.T) * o1 * (1 - o1)
    gP1 = X.T @ d1 / n
    gs1 = d1.sum(0) / n
    P2 -= tasa * gP2
    s2 -= tasa * gs2
    P1 += tasa * gP1
    s1 -= tasa * gs1
    if epoca % 30 == 0:
        print(epoca, costo)
