import numpy as np
rs = np.random.RandomState(13)
n_samples, n_features, n_classes, n_hidden = 6, 4, 6, 6
X = rs.randn(n_samples, n_features)
target = rs.permutation(n_samples) % n_classes
onehot = np.zeros((n_samples, n_classes))
onehot[np.arange(n_samples), target] = 1.0
W_xh = rs.randn(n_features, n_hidden) * 0.5
b_h = np.zeros(n_hidden)
W_hy = rs.randn(n_hidden, n_classes) * 0.5
b_y = np.zeros(n_classes)

def log_softmax(logits):
    m = logits.max(axis=1, keepdims=True)
    return logits - m - np.log(np.exp(logits - m).sum(axis=1, keepdims=True))

for step in range(50):
    pre = X.dot(W_xh) + b_h
    h = 1.0 / (1.0 + np.exp(-pre))
    logits = h.dot(W_hy) + b_y
    logp = log_softmax(logits)
    nll = -(onehot * logp).sum() / n_samples
    dlogits = (np.exp(logp) - onehot) / n_samples
    dW_hy = h.T.dot(dlogits)
    db_y = dlogits.sum(axis=0)
    dpre = dlogits.dot(W_hy.T) * h * (1 - h)
    dW_xh = X.T.dot(dpre)
    db_h = dpre.sum(axis=1)
    W_xh -= 0.5 * dW_xh
    b_h -= 0.5 * db_h
    W_hy -= 0.5 * dW_hy
    b_y -= 0.5 * db_y
    if step % 10 == 0:
        print(step, nll)
