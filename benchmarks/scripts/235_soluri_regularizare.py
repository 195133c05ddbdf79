"""Clasificarea solurilor (nisipos, lutos, argilos) dupa cinci masuratori.
Retea cu doua straturi ascunse, entropie incrucisata + penalizare L2 pe toate ponderile."""
import numpy as np

LAMBDA = 0.01
gen = np.random.RandomState(1918)


def soluri(n):
    clasa = gen.randint(0, 3, n)
    centre = np.array([[1.2, 0, -1, 0.5, 0], [0, 0.8, 0.3, -0.5, 0.7], [-1, -0.6, 0.8, 0.2, -0.8]])
    return centre[clasa] + gen.randn(n, 5) * 0.9, clasa


def initializeaza(dim):
    W = [gen.randn(a, b) * np.sqrt(1.0 / a) for a, b in zip(dim[:-1], dim[1:])]
    b = [np.zeros((1, k)) for k in dim[1:]]
    return W, b


def inainte(W, b, X):
    act = [X]
    for l in range(len(W) - 1):
        act.append(np.tanh(act[-1] @ W[l] + b[l]))
    scor = act[-1] @ W[-1] + b[-1]
    scor = np.exp(scor - scor.max(axis=1, keepdims=True))
    return act, scor / scor.sum(axis=1, keepdims=True)


def cost(W, b, X, clasa):
    _, p = inainte(W, b, X)
    entropie = -np.log(p[np.arange(len(X)), clasa]).mean()
    return entropie + LAMBDA / 2 * sum((w ** 2).sum() for w in W)


def inapoi(W, b, X, clasa):
    act, p = inainte(W, b, X)
    delta = (p - np.eye(3)[clasa]) / len(X)
    dW = [None] * len(W)
    db = [None] * len(b)
    for l in range(len(W) - 1, -1, -1):
        dW[l] = act[l].T @ delta
        db[l] = delta.sum(axis=0, keepdims=True)
        if l > 0:
            dW[l] += LAMBDA * W[l]
            delta = (delta @ W[l].T) * (1 - act[l] ** 2)
    return dW, db


X, clasa = soluri(240)
Xv, clasav = soluri(120)
W, b = initializeaza([5, 12, 8, 3])
rata = 0.3
for epoca in range(401):
    dW, db = inapoi(W, b, X, clasa)
    for l in range(len(W)):
        W[l] -= rata * dW[l]
        b[l] -= rata * db[l]
    if epoca % 80 == 0:
        corect = (inainte(W, b, Xv)[1].argmax(axis=1) == clasav).mean()
        print(f'epoca {epoca:3d}: cost {cost(W, b, X, clasa):.4f}, validare {corect:.3f}')
