import numpy as np

rng = np.random.default_rng(97)
xs = rng.normal(size=(14, 2))
ys = np.tanh(xs[:, 0] - 2 * xs[:, 1])

W = rng.normal(size=(5, 2)) * 0.5
b = np.zeros(5)
v = rng.normal(size=5) * 0.5
c = 0.0

W_grad = np.zeros((5, 2))
b_grad = np.zeros(5)
v_grad = np.zeros(5)
c_grad = 0.0

for epoch in range(25):
    total = 0.0
    for x, y in zip(xs, ys):
        z = W @ x + b
        h = np.tanh(z)
        out = v @ h + c
        err = out - y
        total += err ** 2 / 2
        v_grad += err * h
        c_grad += err
        dz = err * v * (1 - h ** 2)
        W_grad += np.outer(dz, x)
        b_grad += dz
    n = len(xs)
    W -= 0.02 * W_grad / n
    b -= 0.02 * b_grad / n
    v -= 0.02 * v_grad / n
    c -= 0.02 * c_grad / n
    print(epoch, total / n)
