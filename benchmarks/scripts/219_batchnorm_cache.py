# Deep Learning course, assignment 2: batch normalization in a network with one hidden layer
# affine (no bias, beta does that) -> batchnorm -> relu -> affine -> sigmoid
import numpy as np
from collections import namedtuple

BNCache = namedtuple('BNCache', 'xhat gamma std')


def batchnorm_forward(x, gamma, beta, running, mode='train', momentum=0.9, eps=1e-5):
    if mode == 'test':
        xhat = (x - running['mean']) / np.sqrt(running['var'] + eps)
        return gamma * xhat + beta, None
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    running['mean'] = momentum * running['mean'] + (1 - momentum) * mu
    running['var'] = momentum * running['var'] + (1 - momentum) * var
    std = np.sqrt(var + eps)
    xhat = (x - mu) / std
    return gamma * xhat + beta, BNCache(xhat, gamma, std)


def batchnorm_backward(dout, cache):
    dbeta = dout.sum(axis=0)
    dgamma = (dout * cache.xhat).sum(axis=0)
    dx = dout * cache.gamma / cache.std
    return dx, dgamma, dbeta


def forward(p, X, running, mode='train'):
    s = X @ p['W1']
    n, bn_cache = batchnorm_forward(s, p['gamma'], p['beta'], running, mode)
    r = np.maximum(n, 0)
    prob = 1 / (1 + np.exp(-(r @ p['W2'] + p['b2'])))
    return prob, (X, bn_cache, n, r)


def backward(p, prob, y, cache):
    X, bn_cache, n, r = cache
    g = {}
    dz = (prob - y) / y.shape[0]
    g['W2'] = r.T @ dz
    g['b2'] = dz.sum(axis=0)
    dn = (dz @ p['W2'].T) * (n > 0)
    ds, g['gamma'], g['beta'] = batchnorm_backward(dn, bn_cache)
    g['W1'] = X.T @ ds
    return g


def bce(prob, y):
    return -np.mean(y * np.log(prob + 1e-9) + (1 - y) * np.log(1 - prob + 1e-9))


if __name__ == '__main__':
    np.random.seed(2)
    # badly scaled inputs, that is the point
    X = np.random.randn(320, 5) * np.array([1, 10, 0.1, 3, 1]) + np.array([0, 20, 1, -5, 0])
    U = (X - X.mean(0)) / X.std(0)
    y = (U[:, 0] * U[:, 1] + U[:, 2] - 0.5 * U[:, 4] > 0).astype(float)[:, None]

    H = 20
    p = {'W1': np.random.randn(5, H) * 0.3, 'gamma': np.ones(H), 'beta': np.zeros(H),
         'W2': np.random.randn(H, 1) * 0.3, 'b2': np.zeros(1)}
    running = {'mean': np.zeros(H), 'var': np.ones(H)}
    lr = 0.05
    for epoch in range(30):
        order = np.random.permutation(256)
        total = 0
        for i in range(0, 256, 32):
            idx = order[i:i + 32]
            prob, cache = forward(p, X[idx], running)
            total += bce(prob, y[idx])
            grads = backward(p, prob, y[idx], cache)
            for k in p:
                p[k] -= lr * grads[k]
        if epoch % 6 == 0:
            test_prob, _ = forward(p, X[256:], running, mode='test')
            print('epoch', epoch, 'loss %.4f' % (total / 8), 'test acc %.3f' % np.mean((test_prob > 0.5) == y[256:]))
