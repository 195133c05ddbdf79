"""Siamese network for signature verification (B.Tech final year project, module 2).

The same two-layer network is applied to both signatures of a pair; contrastive loss
(Hadsell et al. 2006): same writer -> pull together, other writer -> push apart up to a margin.
Real scans are replaced by made-up feature vectors here.
"""
import numpy as np

MARGIN = 2.0
np.random.seed(8)

n_writers, n_feat, n_hid, n_emb = 12, 7, 14, 4
writers = np.random.randn(n_writers, n_feat)


def make_pairs(n):
    same = np.random.rand(n) < 0.5
    first = np.random.randint(0, n_writers, n)
    shift = np.random.randint(1, n_writers, n)
    second = np.where(same, first, (first + shift) % n_writers)
    xa = writers[first] + 0.4 * np.random.randn(n, n_feat)
    xb = writers[second] + 0.4 * np.random.randn(n, n_feat)
    return xa, xb, same.astype(float).reshape(-1, 1)


def embed(params, x):
    h = np.tanh(x @ params['W1'] + params['b1'])
    return h, h @ params['W2']        # a bias here would cancel in the difference


def contrastive(params, xa, xb, same):
    ea, eb = embed(params, xa)[1], embed(params, xb)[1]
    dist = np.sqrt(np.sum((ea - eb) ** 2, axis=1, keepdims=True) + 1e-9)
    return 0.5 * np.mean(same * dist ** 2 + (1 - same) * np.maximum(0, MARGIN - dist) ** 2)


def backward(params, xa, xb, same):
    ha, ea = embed(params, xa)
    hb, eb = embed(params, xb)
    diff = ea - eb
    dist = np.sqrt(np.sum(diff ** 2, axis=1, keepdims=True) + 1e-9)
    ddist = same * dist - (1 - same) * np.maximum(0, MARGIN - dist)
    ddiff = ddist * diff / dist / len(xa)

    # both branches have the same weights, so their gradients are put together
    back = ddiff @ params['W2'].T
    dha = back * (1 - ha ** 2)
    dhb = back * (1 - hb ** 2)
    return {
        'W2': ha.T @ ddiff - hb.T @ ddiff,
        'W1': xa.T @ dha + xb.T @ dhb,
        'b1': dha.sum(axis=0) - dhb.sum(axis=0),
    }


params = {
    'W1': np.random.randn(n_feat, n_hid) / np.sqrt(n_feat),
    'b1': np.zeros(n_hid),
    'W2': np.random.randn(n_hid, n_emb) / np.sqrt(n_hid),
}

xa, xb, same = make_pairs(400)
ta, tb, tsame = make_pairs(200)

lr = 0.2
for epoch in range(61):
    idx = np.random.permutation(len(xa))
    for s in range(0, len(xa), 50):
        b = idx[s:s + 50]
        grads = backward(params, xa[b], xb[b], same[b])
        for k in params:
            params[k] -= lr * grads[k]
    if epoch % 10 == 0:
        ea, eb = embed(params, ta)[1], embed(params, tb)[1]
        d = np.linalg.norm(ea - eb, axis=1, keepdims=True)
        acc = np.mean((d < MARGIN / 2) == (tsame == 1))
        print('epoch %2d: train loss %.4f, test loss %.4f, test acc %.3f'
              % (epoch, contrastive(params, xa, xb, same), contrastive(params, ta, tb, tsame), acc))
