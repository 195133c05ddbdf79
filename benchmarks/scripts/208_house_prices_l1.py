"""House prices: neural net with lasso (L1) penalty so that useless columns die out.

Many of the 12 columns are pure noise; afterwards we look at the size of each column's weights.
"""
import numpy as np

np.random.seed(1460)


def make_data(n=160, n_cols=12):
    X = np.random.normal(size=(n, n_cols))
    price = 2.0 * X[:, 0] + 1.0 * X[:, 1] * (X[:, 2] > 0) - 0.7 * X[:, 3]
    price += 0.2 * np.random.normal(size=n)
    return X, (price - price.mean()) / price.std()


def linear_forward(A, W, b):
    return A.dot(W) + b, (A, W)


def linear_backward(dZ, cache):
    A, W = cache
    return dZ.dot(W.T), A.T.dot(dZ), dZ.sum(axis=0)


def relu_forward(Z):
    return np.clip(Z, 0, None), Z


def relu_backward(dA, Z):
    return dA * (Z > 0)


def l1_penalty(params, lam):
    return lam * sum(np.abs(params[k]).sum() for k in ("W1", "W2"))


def l1_gradient(W, lam):
    return lam * W


def compute_loss_and_grads(X, y, params, lam):
    z1, lin1 = linear_forward(X, params["W1"], params["b1"])
    a1, act1 = relu_forward(z1)
    out, lin2 = linear_forward(a1, params["W2"], params["b2"])
    out = out.ravel()

    n = y.size
    data_loss = np.sum((out - y) ** 2) / (2 * n)
    loss = data_loss + l1_penalty(params, lam)

    dout = ((out - y) / n).reshape(n, 1)
    grads = {}
    da1, grads["W2"], grads["b2"] = linear_backward(dout, lin2)
    dz1 = relu_backward(da1, act1)
    _, grads["W1"], grads["b1"] = linear_backward(dz1, lin1)

    grads["W1"] += l1_gradient(params["W1"], lam)
    grads["W2"] += l1_gradient(params["W2"], lam)
    return loss, data_loss, grads


X, y = make_data()
params = {
    "W1": np.random.randn(12, 14) * np.sqrt(2.0 / 12),
    "b1": np.zeros(14),
    "W2": np.random.randn(14, 1) * np.sqrt(2.0 / 14),
    "b2": np.zeros(1),
}
LAMBDA = 0.003
for step in range(500):
    lr = 0.1 if step < 350 else 0.02
    loss, data_loss, grads = compute_loss_and_grads(X[:120], y[:120], params, LAMBDA)
    for key in sorted(params):
        params[key] -= lr * grads[key]
    if step % 100 == 0 or step == 499:
        print("step {:3d}: total {:.4f} = data {:.4f} + penalty {:.4f}".format(
            step, loss, data_loss, loss - data_loss))

val_loss = compute_loss_and_grads(X[120:], y[120:], params, 0.0)[0]
print("validation half mse: {:.4f}".format(val_loss))
print("column sizes:", np.round(np.abs(params["W1"]).sum(axis=1), 2))
