import numpy as np
np.random.seed(6)

def softmax(x):
    e_x = np.exp(x - np.max(x))
    return e_x / e_x.sum(axis=0)

X = np.random.randn(24, 4)
classes = np.random.randint(0, 3, 24)
Y = np.eye(3)[classes]
W1 = np.random.randn(4, 7) * 0.3
b1 = np.zeros(7)
W2 = np.random.randn(7, 3) * 0.3
b2 = np.zeros(3)

for i in range(100):
    z1 = X @ W1 + b1
    a1 = np.tanh(z1)
    z2 = a1 @ W2 + b2
    p = softmax(z2)
    loss = -np.sum(Y * np.log(p)) / len(X)
    dz2 = (p - Y) / len(X)
    dW2 = a1.T @ dz2
    db2 = dz2.sum(axis=0)
    dz1 = dz2 @ W2.T * (1 - a1 ** 2)
    dW1 = X.T @ dz1
    db1 = dz1.sum(axis=0)
    W1 -= 0.1 * dW1; b1 -= 0.1 * db1
    W2 -= 0.1 * dW2; b2 -= 0.1 * db2
    if i % 25 == 0: print(i, loss)
