import numpy as np
np.random.seed(60)
n_samples, n_features, n_hidden, n_classes = 42, 5, 8, 3
X = np.random.randn(n_samples, n_features)
y = np.random.randint(0, n_classes, n_samples)
onehot = np.zeros((n_samples, n_classes)); onehot[np.arange(n_samples), y] = 1
Wxh = np.random.randn(n_features, n_hidden) * 0.3
bh = np.zeros(n_hidden)
Why = np.random.randn(n_hidden, n_classes) * 0.3
by = np.zeros(n_classes)
lr = 0.3
for i in range(80):
    h = np.tanh(X @ Wxh + bh)
    logits = h @ Why + by
    ex = np.exp(logits - logits.max(1, keepdims=True))
    prob = ex / ex.sum(1, keepdims=True)
    xent = -(onehot * np.log(prob)).sum() / n_samples
    dlogits = (prob - onehot) * prob * (1 - prob) / n_samples
    dWhy = h.T @ dlogits
    dby = dlogits.sum(0)
    dh = dlogits @ Why.T * (1 - h ** 2)
    dWxh = X.T @ dh
    dbh = dh.sum(0)
    for param, dparam in zip([Wxh, bh, Why, by], [dWxh, dbh, dWhy, dby]):
        param += -lr * dparam
    if i % 20 == 0: print(i, xent)
