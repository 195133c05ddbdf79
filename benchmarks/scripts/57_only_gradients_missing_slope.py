import numpy as np
# check my derivation (3 inputs, 2 hidden sigmoid, 2 outputs linear)
x = np.array([[1.0, 0.5, -0.3], [0.2, -0.8, 0.6], [0.9, 0.1, 0.4], [-0.5, 0.7, 0.3]])
t = np.array([[0.3, 0.8], [0.6, 0.1], [0.2, 0.5], [0.9, 0.4]])
W1 = np.array([[0.2, -0.4], [0.7, 0.1], [-0.5, 0.6]])
b1 = np.array([0.1, -0.2])
W2 = np.array([[0.3, -0.6], [0.8, 0.2]])
b2 = np.array([0.05, 0.15])

h = 1 / (1 + np.exp(-(x @ W1 + b1)))
o = h @ W2 + b2
E = np.mean((o - t) ** 2)
print("E =", E)

dE_do = 2 * (o - t) / t.size
dE_dW2 = h.T @ dE_do
dE_db2 = dE_do.sum(axis=0)
dE_dh = dE_do @ W2.T
dE_dW1 = x.T @ dE_dh
dE_db1 = dE_dh.sum(axis=0)
for name in ("dE_dW1", "dE_db1", "dE_dW2", "dE_db2"):
    print(name, globals()[name])
