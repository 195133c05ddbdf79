"""
bhaar.py : chhota sa neural network, numpy se
(bhaar = weights, jhukaav = bias, dhaal = gradient)

python bhaar.py --epochs 40 --nesterov
"""
import argparse
import numpy as np


class SGD:
    """Same interface as the one in torch.optim."""

    def __init__(self, params, lr=0.01, momentum=0.9, nesterov=True):
        self.params = params
        self.lr, self.momentum, self.nesterov = lr, momentum, nesterov
        self.buf = {k: np.zeros_like(p) for k, p in params.items()}

    def step(self, dhaal):
        for k in self.params:
            self.buf[k] = self.momentum * self.buf[k] + dhaal[k]
            if self.nesterov:
                d = dhaal[k] + self.buf[k]
            else:
                d = self.buf[k]
            self.params[k] -= self.lr * d


def banao(n_in, n_hidden, n_class, rng):
    return {
        'bhaar1': rng.normal(0, 1 / np.sqrt(n_in), (n_in, n_hidden)),
        'jhukaav1': np.zeros((1, n_hidden)),
        'bhaar2': rng.normal(0, 1 / np.sqrt(n_hidden), (n_hidden, n_class)),
        'jhukaav2': np.zeros((1, n_class)),
    }


def aage(p, X):
    H = np.tanh(X.dot(p['bhaar1']) + p['jhukaav1'])
    S = H.dot(p['bhaar2']) + p['jhukaav2']
    E = np.exp(S - S.max(axis=1, keepdims=True))
    return H, E / E.sum(axis=1, keepdims=True)


def peeche(p, X, T, H, P):
    n = X.shape[0]
    dS = (P - T) / n
    dH = dS.dot(p['bhaar2'].T) * (1.0 - H * H)
    return {
        'bhaar1': X.T.dot(dH), 'jhukaav1': dH.sum(axis=0, keepdims=True),
        'bhaar2': H.T.dot(dS), 'jhukaav2': dS.sum(axis=0, keepdims=True),
    }


def mandi_data(rng, n=180):
    """fasal ke teen prakaar, do naap"""
    kism = rng.integers(0, 3, n)
    r = 0.6 + 0.7 * kism + 0.18 * rng.normal(size=n)
    phi = rng.uniform(0, 2 * np.pi, n)
    return np.c_[r * np.cos(phi), r * np.sin(phi)], kism


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--epochs', type=int, default=40)
    ap.add_argument('--batch', type=int, default=30)
    ap.add_argument('--lr', type=float, default=0.05)
    ap.add_argument('--no-nesterov', dest='nesterov', action='store_false')
    args, _ = ap.parse_known_args()

    rng = np.random.default_rng(1947)
    X, kism = mandi_data(rng)
    T = np.eye(3)[kism]
    p = banao(2, 18, 3, rng)
    opt = SGD(p, lr=args.lr, momentum=0.9, nesterov=args.nesterov)

    for epoch in range(args.epochs):
        kram = rng.permutation(len(X))
        nuksaan = 0.0
        for i in range(0, len(X), args.batch):
            chuno = kram[i:i + args.batch]
            H, P = aage(p, X[chuno])
            nuksaan -= np.sum(T[chuno] * np.log(P + 1e-12))
            opt.step(peeche(p, X[chuno], T[chuno], H, P))
        if epoch % 8 == 7:
            sahi = (aage(p, X)[1].argmax(axis=1) == kism).mean()
            print('epoch %2d  nuksaan %.4f  sahi %.1f%%' % (epoch + 1, nuksaan / len(X), 100 * sahi))


if __name__ == '__main__':
    main()
