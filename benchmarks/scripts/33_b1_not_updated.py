import numpy as np
np.random.seed(77)

def sigmoid(z): return 1/(1+np.exp(-z))

X = np.random.rand(2, 40) * 2 - 1
Y = (X[0:1] ** 2 + X[1:2] ** 2 < 0.5).astype(float)
m = 40
W1 = np.random.randn(6, 2); b1 = np.random.randn(6, 1) * 0.1
W2 = np.random.randn(1, 6); b2 = np.zeros((1, 1))
alpha = 0.5
for i in range(200):
    A1 = sigmoid(W1 @ X + b1)
    A2 = sigmoid(W2 @ A1 + b2)
    J = -(1/m) * np.sum(Y*np.log(A2) + (1-Y)*np.log(1-A2))
    dZ2 = A2 - Y
    dW2 = (1/m) * dZ2 @ A1.T
    db2 = (1/m) * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = W2.T @ dZ2 * A1 * (1-A1)
    dW1 = (1/m) * dZ1 @ X.T
    db1 = (1/m) * np.sum(dZ1, axis=1, keepdims=True)
    W1 = W1 - alpha * dW1
    W2 = W2 - alpha * dW2
    b2 = b2 - alpha * db2
    if i % 50 == 0: print("cost", J)
