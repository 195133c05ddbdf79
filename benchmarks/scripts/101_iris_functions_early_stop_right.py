# Practical 3 - flowers. Softmax network, early stopping on a validation part.
import numpy as np

rng = np.random.default_rng(1936)
means = np.array([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.5, 2.0]])
features = np.concatenate([rng.normal(m, [0.35, 0.35, 0.3, 0.2], size=(40, 4)) for m in means])
species = np.repeat([0, 1, 2], 40)

order = rng.permutation(len(features))
features, species = features[order], species[order]
X_train, y_train = features[:90], species[:90]
X_valid, y_valid = features[90:], species[90:]
mu, sd = X_train.mean(axis=0), X_train.std(axis=0)
X_train = (X_train - mu) / sd
X_valid = (X_valid - mu) / sd


def one_hot(labels, k=3):
    out = np.zeros((labels.size, k))
    out[np.arange(labels.size), labels] = 1
    return out


def init(n_in, n_hid, n_out):
    W1 = rng.normal(scale=1 / np.sqrt(n_in), size=(n_in, n_hid))
    W2 = rng.normal(scale=1 / np.sqrt(n_hid), size=(n_hid, n_out))
    return W1, np.zeros(n_hid), W2, np.zeros(n_out)


def forward(weights, x):
    W1, b1, W2, b2 = weights
    h = np.tanh(x @ W1 + b1)
    logits = h @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(logits)
    return h, p / p.sum(axis=1, keepdims=True)


def nll(p, t):
    return -np.sum(t * np.log(p + 1e-12)) / len(t)


def backward(weights, x, h, p, t):
    W2 = weights[2]
    g = (p - t) / x.shape[0]
    gW2, gb2 = h.T @ g, g.sum(axis=0)
    gh = g @ W2.T * (1 - h * h)
    return x.T @ gh, gh.sum(axis=0), gW2, gb2


weights = init(4, 7, 3)
T = one_hot(y_train)
best, waited, kept = np.inf, 0, weights
for epoch in range(400):
    h, p = forward(weights, X_train)
    grads = backward(weights, X_train, h, p, T)
    weights = tuple(w - 0.3 * g for w, g in zip(weights, grads))
    v = nll(forward(weights, X_valid)[1], one_hot(y_valid))
    if v < best - 1e-4:
        best, waited, kept = v, 0, weights
    else:
        waited += 1
    if waited > 10:
        print("stopped after", epoch)
        break
acc = (forward(kept, X_valid)[1].argmax(axis=1) == y_valid).mean()
print(f"validation loss {best:.4f}, accuracy {acc:.2%}")
