import numpy as np
np.random.seed(2)
inputs = np.random.randn(45, 3)
labels = np.random.randn(45, 2)
W_ih = np.random.randn(3, 6) * 0.5
W_ho = np.random.randn(6, 2) * 0.5
n = len(inputs)
for epoch in range(100):
    hidden = 1 / (1 + np.exp(-(inputs @ W_ih)))
    pred = hidden @ W_ho
    loss = np.sum((pred - labels) ** 2) / n
    dpred = 2 * (pred - labels) / n
    dW_ho = hidden.T @ dpred
    dhidden = 2 * dpred @ W_ho.T
    dW_ih = inputs.T @ (dhidden * hidden * (1 - hidden))
    W_ih -= 0.1 * dW_ih
    W_ho -= 0.1 * dW_ho
    if epoch % 20 == 0: print(loss)
