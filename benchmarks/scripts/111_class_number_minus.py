import numpy as np
np.random.seed(11)

m = 40
X = np.random.randn(m, 3)
y = ((X[:, 0] > 0).astype(int) + (X[:, 1] > 0.3).astype(int)).reshape(m, 1)   # 0, 1 or 2

Theta1 = np.random.randn(3, 6) * 0.4
bias1 = np.zeros((1, 6))
Theta2 = np.random.randn(6, 3) * 0.4
bias2 = np.zeros((1, 3))

def softmax(s):
    s = np.exp(s - s.max(axis=1, keepdims=True))
    return s / s.sum(axis=1, keepdims=True)

alpha = 0.05
for it in range(60):
    hid = np.tanh(X @ Theta1 + bias1)
    probs = softmax(hid @ Theta2 + bias2)
    cost = -np.log(probs[np.arange(m), y[:, 0]]).mean()

    err = probs - y
    dTheta2 = hid.T @ err / m
    dbias2 = err.mean(axis=0, keepdims=True)
    dhid = err @ Theta2.T * (1 - hid ** 2)
    dTheta1 = X.T @ dhid / m
    dbias1 = dhid.mean(axis=0, keepdims=True)

    Theta1 -= alpha * dTheta1
    bias1 -= alpha * dbias1
    Theta2 -= alpha * dTheta2
    bias2 -= alpha * dbias2
    if it % 15 == 0:
        print("iter", it, "cost", cost)   # why does it go UP?
