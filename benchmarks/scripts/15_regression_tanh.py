import numpy as np
import matplotlib.pyplot as plt

np.random.seed(0)
x = np.linspace(-2, 2, 50).reshape(-1, 1)
y = np.sin(2 * x) + 0.1 * np.random.randn(50, 1)

H = 10
w1 = np.random.randn(1, H)
b1 = np.random.randn(H)
w2 = np.random.randn(H, 1) / np.sqrt(H)
b2 = np.zeros(1)
lr = 0.01
hist = []

for t in range(400):
    h = np.tanh(x @ w1 + b1)
    y_pred = h @ w2 + b2
    loss = ((y_pred - y) ** 2).mean()
    hist.append(loss)

    grad_y = 2 * (y_pred - y) / y.size
    grad_w2 = h.T @ grad_y
    grad_b2 = grad_y.sum(axis=0)
    grad_h = grad_y @ w2.T
    grad_z = grad_h * (1 - h * h)
    grad_w1 = x.T @ grad_z
    grad_b1 = grad_z.sum(axis=0)

    w1 -= lr * grad_w1
    b1 -= lr * grad_b1
    w2 -= lr * grad_w2
    b2 -= lr * grad_b2

fig, ax = plt.subplots(1, 2, figsize=(8, 3))
ax[0].plot(hist)
ax[1].scatter(x, y)
ax[1].plot(x, y_pred, "r")
plt.show()
