# Weather type (sun / cloud / rain) with probabilities scored by the Brier score.
# We train directly on the score instead of on cross-entropy.
import numpy as np

rng = np.random.default_rng(1950)
n = 270
obs = rng.normal(size=(n, 5))           # pressure, tendency, humidity, dew point, wind
idx = np.where(obs[:, 2] - 0.5 * obs[:, 0] > 0.7, 2, np.where(obs[:, 0] + 0.3 * obs[:, 1] ** 2 > 0.1, 0, 1))
target = np.zeros((n, 3))
target[np.arange(n), idx] = 1.0

w_in = rng.normal(size=(5, 13)) / np.sqrt(5)
b_in = np.zeros((1, 13))
w_out = rng.normal(size=(13, 3)) / np.sqrt(13)
b_out = np.zeros((1, 3))


def softmax(s):
    e = np.exp(s - np.max(s, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def brier(prob, target):
    return np.mean(np.sum((prob - target) ** 2, axis=1))


learning_rate = 0.2
for it in range(501):
    hidden = np.tanh(obs @ w_in + b_in)
    prob = softmax(hidden @ w_out + b_out)

    d_score = 2 * (prob - target) / n
    g_w_out = hidden.T @ d_score
    g_b_out = d_score.sum(axis=0, keepdims=True)
    d_hidden = (d_score @ w_out.T) * (1 - hidden ** 2)
    g_w_in = obs.T @ d_hidden
    g_b_in = d_hidden.sum(axis=0, keepdims=True)

    w_out -= learning_rate * g_w_out
    b_out -= learning_rate * g_b_out
    w_in -= learning_rate * g_w_in
    b_in -= learning_rate * g_b_in

    if it % 100 == 0:
        print("iteration", it, "Brier score", round(brier(prob, target), 4))
