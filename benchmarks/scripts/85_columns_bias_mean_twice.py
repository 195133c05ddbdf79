import numpy as np

def softmax(Z):
    E = np.exp(Z - np.max(Z, axis=0, keepdims=True))
    return E / np.sum(E, axis=0, keepdims=True)

def initialize(nx, nh, ny):
    np.random.seed(5)
    return {"W1": np.random.randn(nh, nx) * 0.3, "b1": np.zeros((nh, 1)),
            "W2": np.random.randn(ny, nh) * 0.3, "b2": np.zeros((ny, 1))}

def fprop(X, par):
    A1 = np.tanh(par["W1"].dot(X) + par["b1"])
    A2 = softmax(par["W2"].dot(A1) + par["b2"])
    return A1, A2

def bprop(X, Y, A1, A2, par):
    m = X.shape[1]
    dZ2 = (A2 - Y) / m
    dW2 = dZ2.dot(A1.T)
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = par["W2"].T.dot(dZ2) * (1 - A1 ** 2)
    dW1 = dZ1.dot(X.T)
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}

np.random.seed(50)
X = np.random.randn(5, 36)
cls = np.argmax(X[:3], axis=0)
Y = np.eye(3)[cls].T
par = initialize(5, 8, 3)
for i in range(200):
    A1, A2 = fprop(X, par)
    J = -np.sum(Y * np.log(A2)) / X.shape[1]
    g = bprop(X, Y, A1, A2, par)
    for key in ("W1", "b1", "W2", "b2"):
        par[key] = par[key] - 0.2 * g["d" + key]
    if i % 50 == 0:
        print("cost after", i, J)
