"""HW2, question 3. Implements the two-layer net; graded by gradient only."""
import numpy as np

def two_layer_net(theta, X, y):
    W1, b1, W2, b2 = theta["W1"], theta["b1"], theta["W2"], theta["b2"]
    N = X.shape[0]
    scores1 = X.dot(W1) + b1
    h1 = np.maximum(scores1, 0)
    scores = h1.dot(W2) + b2
    exps = np.exp(scores - scores.max(axis=1, keepdims=True))
    probs = exps / exps.sum(axis=1, keepdims=True)
    loss = -np.log(probs[np.arange(N), y]).sum() / N
    grads = {}
    dscores = probs
    dscores[np.arange(N), y] -= 1
    grads["W2"] = h1.T.dot(dscores) / N
    grads["b2"] = dscores.sum(axis=0) / N
    dh1 = dscores.dot(W2.T)
    dh1[h1 < 0] = 0
    grads["W1"] = X.T.dot(dh1) / N
    grads["b1"] = dh1.sum(axis=0) / N
    return loss, grads

np.random.seed(0)
theta = {"W1": np.random.randn(5, 9) * .5, "b1": np.random.randn(9) * .1,
         "W2": np.random.randn(9, 4) * .5, "b2": np.random.randn(4) * .1}
X = np.random.randn(17, 5)
y = np.random.randint(4, size=17)
for k in range(30):
    loss, grads = two_layer_net(theta, X, y)
    for name in theta:
        theta[name] = theta[name] - 0.2 * grads[name]
print(loss)
