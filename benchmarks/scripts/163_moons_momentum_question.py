# two half moons + momentum
# with beta = 0 it learns FASTER than with beta = 0.9 ??? should be the other way round
import numpy as np
import math

np.random.seed(2)

def half_moons(n):
    t = np.random.rand(n) * math.pi
    up = np.c_[np.cos(t), np.sin(t)]
    down = np.c_[1 - np.cos(t), 0.5 - np.sin(t)]
    X = np.r_[up, down] + 0.1 * np.random.randn(2 * n, 2)
    Y = np.r_[np.zeros((n, 1)), np.ones((n, 1))]
    return X, Y

X, Y = half_moons(100)
N = len(X)

hidden = 10
W1 = np.random.randn(2, hidden)
B1 = np.zeros((1, hidden))
W2 = np.random.randn(hidden, 1) * 0.3
B2 = np.zeros((1, 1))

V_W1, V_B1 = np.zeros_like(W1), np.zeros_like(B1)
V_W2, V_B2 = np.zeros_like(W2), np.zeros_like(B2)

alpha = 0.5
beta = 0.9

for epoch in range(1000):
    H = np.tanh(X @ W1 + B1)
    P = 1 / (1 + np.exp(-(H @ W2 + B2)))

    loss = -np.mean(Y * np.log(P) + (1 - Y) * np.log(1 - P))

    dO = (P - Y) / N
    dW2 = H.T @ dO
    dB2 = dO.sum(axis=0, keepdims=True)
    dH = dO @ W2.T * (1 - H * H)
    dW1 = X.T @ dH
    dB1 = dH.sum(axis=0, keepdims=True)

    V_W2 = alpha * dW2 - beta * V_W2
    V_B2 = alpha * dB2 - beta * V_B2
    V_W1 = alpha * dW1 - beta * V_W1
    V_B1 = alpha * dB1 - beta * V_B1

    W2 -= V_W2
    B2 -= V_B2
    W1 -= V_W1
    B1 -= V_B1

    if epoch % 100 == 0:
        print(f"Epoch {epoch}: loss = {loss:.4f}, acc = {np.mean((P > 0.5) == Y):.3f}")
