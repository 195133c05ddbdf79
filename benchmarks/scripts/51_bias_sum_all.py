import numpy as np
np.random.seed(3)
X = np.random.randn(18, 4); T = np.random.randn(18, 3)
A = np.random.randn(4, 6) * .5; a0 = np.zeros((1, 6))
B = np.random.randn(6, 3) * .5; b0 = np.zeros((1, 3))
for it in range(60):
    S = X @ A + a0
    H = np.maximum(S, 0)
    O = H @ B + b0
    R = O - T
    E = (R ** 2).sum() / (2 * 18)
    dB = H.T @ R / 18
    db0 = R.sum(axis=0, keepdims=True) / 18
    dH = R @ B.T
    dS = dH.copy()
    dS[H <= 0] = 0
    dA = X.T @ dH / 18
    da0 = dH.sum(axis=0, keepdims=True) / 18
    A -= .05 * dA; a0 -= .05 * da0
    B -= .05 * dB; b0 -= .05 * db0
    if it % 20 == 0: print(E)
