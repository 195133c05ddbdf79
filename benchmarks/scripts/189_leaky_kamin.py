# Практична 5. Прогноз двох величин (тяга і температура) за трьома датчиками.
# Функція активації - leaky ReLU, вибірка маленька, тому без міні-пакетів.
import numpy as np

ALPHA = 0.2
gen = np.random.RandomState(9)


def leaky(z):
    return np.where(z > 0, z, ALPHA * z)


def leaky_pohidna(z):
    return (z > 0).astype(float)


def sered_kvadrat(y, t):
    """сума по виходах, середнє по прикладах"""
    return np.sum((y - t) ** 2) / len(t)


def navchannya(X, T, prihovani=14, krok=0.03, epohy=2500):
    W = [gen.randn(X.shape[1], prihovani) * 0.6, gen.randn(prihovani, prihovani) * 0.3,
         gen.randn(prihovani, T.shape[1]) * 0.3]
    b = [np.zeros(prihovani), np.zeros(prihovani), np.zeros(T.shape[1])]
    for e in range(epohy):
        # прямий хід
        z1 = X.dot(W[0]) + b[0]
        h1 = leaky(z1)
        z2 = h1.dot(W[1]) + b[1]
        h2 = leaky(z2)
        y = h2.dot(W[2]) + b[2]
        if e % 500 == 0:
            print('епоха', e, 'похибка', round(sered_kvadrat(y, T), 5))
        # зворотний хід
        dy = 2 * (y - T) / len(T)
        dz2 = dy.dot(W[2].T) * leaky_pohidna(z2)
        dz1 = dz2.dot(W[1].T) * leaky_pohidna(z1)
        grad_W = [X.T.dot(dz1), h1.T.dot(dz2), h2.T.dot(dy)]
        grad_b = [dz1.sum(0), dz2.sum(0), dy.sum(0)]
        for i in range(3):
            W[i] -= krok * grad_W[i]
            b[i] -= krok * grad_b[i]
    return W, b


X = gen.uniform(-1, 1, (90, 3))
T = np.column_stack([np.abs(X[:, 0]) + 0.5 * X[:, 1], np.maximum(X[:, 1], X[:, 2])])
W, b = navchannya(X, T)
