import numpy as np
np.random.seed(21)
n, d, H, C = 36, 3, 6, 3
pts = np.random.randn(n, d)
cls = np.argmax(pts, axis=1)
Yoh = np.eye(C)[cls]
Xb = np.hstack([np.ones((n, 1)), pts])          # bias trick
V = np.random.randn(d + 1, H) * 0.4
U = np.random.randn(H + 1, C) * 0.4
for k in range(80):
    Zh = Xb @ V
    Ah = np.tanh(Zh)
    Hb = np.hstack([np.ones((n, 1)), Ah])
    S = Hb @ U
    S = S - S.max(axis=1, keepdims=True)
    P = np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)
    CE = -(Yoh * np.log(P)).sum() / n
    G = (P - Yoh) / n
    gU = np.hstack([np.ones((n, 1)), Zh]).T @ G
    back = (G @ U[1:].T) * (1 - Ah ** 2)
    gV = Xb.T @ back
    U -= 0.3 * gU
    V -= 0.3 * gV
    if k % 20 == 0: print('CE', CE)
