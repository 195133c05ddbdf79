import numpy as np
# coursera style: theta is (n_out, n_in + 1), first column bias
rng = np.random.default_rng(1)
m = 26
X = rng.uniform(0, 1, (m, 3))
y = rng.integers(0, 2, (m, 1)).astype(float)
Theta1 = rng.normal(size=(4, 4)) * 0.5
Theta2 = rng.normal(size=(1, 5)) * 0.5
alpha = 0.4
g = lambda z: 1 / (1 + np.exp(-z))
for it in range(120):
    a1 = np.c_[np.ones(m), X]
    z2 = a1 @ Theta1.T
    a2 = np.c_[np.ones(m), g(z2)]
    a3 = g(a2 @ Theta2.T)
    J = -(y * np.log(a3) + (1 - y) * np.log(1 - a3)).sum() / m
    d3 = a3 - y
    d2 = (d3 @ Theta2)[:, 1:] * g(z2) * (1 - g(z2))
    Theta1_grad = d2.T @ a1 / m
    Theta2_grad = d3.T @ a2
    Theta1 -= alpha * Theta1_grad
    Theta2 -= alpha * Theta2_grad
    if it % 40 == 0: print(J)
