import numpy as np
import math

def tanh(x):
    return np.tanh(x)

def dtanh(x):
    return 1 - np.tanh(x) ** 2

np.random.seed(8)
inputs = np.random.uniform(-1, 1, (24, 2))
outputs = np.array([[math.sin(3 * a) * b] for a, b in inputs])
n_hidden = 7
w_in = np.random.uniform(-1, 1, (2, n_hidden))
b_in = np.random.uniform(-1, 1, (1, n_hidden))
w_out = np.random.uniform(-1, 1, (n_hidden, 1))
b_out = np.random.uniform(-1, 1, (1, 1))
step = 0.05

for it in range(400):
    layer0 = inputs
    layer1 = tanh(layer0 @ w_in + b_in)
    layer2 = layer1 @ w_out + b_out
    diff = layer2 - outputs
    if it % 100 == 0:
        print("mse:", np.mean(diff ** 2))
    grad_w_out = layer1.T @ diff / len(inputs)
    grad_b_out = diff.mean(axis=0, keepdims=True)
    back = diff @ w_out.T * dtanh(layer1)
    grad_w_in = layer0.T @ back / len(inputs)
    grad_b_in = back.mean(axis=0, keepdims=True)
    w_out = w_out - step * grad_w_out
    b_out = b_out - step * grad_b_out
    w_in = w_in - step * grad_w_in
    b_in = b_in - step * grad_b_in
