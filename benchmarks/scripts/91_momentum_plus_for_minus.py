import numpy as np
np.random.seed(91)

X = np.random.rand(32, 2) * 2 - 1
y = (X[:, :1] ** 2 + X[:, 1:] ** 2 < 0.5).astype(float)

W1 = np.random.randn(2, 8)
W2 = np.random.randn(8, 1)
VW1 = np.zeros(W1.shape)
VW2 = np.zeros(W2.shape)
alpha = 0.01
mom = 0.5

def act(v): return 1 / (1 + np.exp(-v))

for i in range(40):
    A = act(X @ W1)
    P = act(A @ W2)
    L = -np.mean(y * np.log(P) + (1 - y) * np.log(1 - P))
    D2 = (P - y) / len(X)
    D1 = D2 @ W2.T * A * (1 - A)
    GW2 = A.T @ D2
    GW1 = X.T @ D1
    # momentum
    VW2 = mom * VW2 + alpha * GW2
    VW1 = mom * VW1 + alpha * GW1
    W2 += VW2
    W1 += VW1
    if i % 10 == 0:
        print(i, L)
