import numpy as np
np.random.seed(50)
X = np.random.rand(30, 3); Y = np.sin(X.sum(axis=1, keepdims=True) * 2)
W1 = np.random.randn(3, 8) * .7; W2 = np.random.randn(8, 1) * .7
b1 = np.zeros((1, 8)); b2 = np.zeros((1, 1))
lr = .05
for i in range(150):
    H = np.tanh(X.dot(W1) + b1)
    P = H.dot(W2) + b2
    cost = np.mean(0.5 * (P - Y) ** 2)
    delta2 = np.abs(P - Y) / len(X)
    delta1 = delta2.dot(W2.T) * (1 - H * H)
    W2 -= lr * H.T.dot(delta2); b2 -= lr * delta2.sum(axis=0, keepdims=True)
    W1 -= lr * X.T.dot(delta1); b1 -= lr * delta1.sum(axis=0, keepdims=True)
    if i % 50 == 0: print(i, cost)
