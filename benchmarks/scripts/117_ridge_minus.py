import numpy as np

rng = np.random.default_rng(117)
n, d, k = 55, 7, 4
A = rng.normal(size=(n, d))
t = np.cos(A[:, 0:1]) + 0.3 * A[:, 1:2]
U, u0 = rng.normal(size=(d, k)) / d ** 0.5, np.zeros(k)
V, v0 = rng.normal(size=(k, 1)) / k ** 0.5, np.zeros(1)
lam, eta = 0.02, 0.1

def objective(A, t, U, u0, V, v0):
    S = np.tanh(A @ U + u0)
    o = S @ V + v0
    fit = 0.5 * np.mean((o - t) ** 2)
    ridge = 0.5 * lam * ((U ** 2).sum() + (V ** 2).sum())
    return S, o, fit + ridge

def gradient(A, t, U, u0, V, v0, S, o):
    e = (o - t) / n
    gV = S.T @ e - lam * V
    gv0 = e.sum(axis=0)
    back = (e @ V.T) * (1.0 - S ** 2)
    gU = A.T @ back - lam * U
    gu0 = back.sum(axis=0)
    return gU, gu0, gV, gv0

J = []
for it in range(150):
    S, o, j = objective(A, t, U, u0, V, v0)
    J.append(j)
    gU, gu0, gV, gv0 = gradient(A, t, U, u0, V, v0, S, o)
    U = U - eta * gU
    u0 = u0 - eta * gu0
    V = V - eta * gV
    v0 = v0 - eta * gv0
print(J[0], "->", J[-1])
