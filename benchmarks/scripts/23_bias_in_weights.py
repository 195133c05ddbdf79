import numpy as np
np.random.seed(99)
N, D_in, H = 30, 3, 5
X = np.hstack([np.random.randn(N, D_in), np.ones((N, 1))])   # bias trick
y = np.sin(X[:, :1] + X[:, 1:2])
theta1 = np.random.randn(D_in + 1, H) * 0.5
theta2 = np.random.randn(H + 1, 1) * 0.5
eta = 0.03
for k in range(200):
    a = np.tanh(X @ theta1)
    a_b = np.hstack([a, np.ones((N, 1))])
    yhat = a_b @ theta2
    J = np.sum((yhat - y) ** 2) / (2 * N)
    e = (yhat - y) / N
    grad2 = a_b.T @ e
    da = (e @ theta2.T)[:, :-1] * (1 - a ** 2)
    grad1 = X.T @ da
    theta2 -= eta * grad2
    theta1 -= eta * grad1
    if k % 50 == 0:
        print("J =", J)
