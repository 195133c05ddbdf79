# Fasal ke rog ki pehchaan (4 rog) - patti ke 8 maap se
# har nirikshan ek stambh (column) hai; label smoothing, gradient clipping, garam shuruaat + cosine
import numpy as np

np.random.seed(108)

ROG = ['swasth', 'ratua', 'jhulsa', 'mosaic']
K = 4
SMOOTH = 0.1
SEEMA = 1.0          # gradient ke norm ki seema


def namune(m):
    y = np.random.randint(0, K, m)
    kendra = np.random.RandomState(1).randn(8, K) * 1.1
    X = kendra[:, y] + np.random.randn(8, m)
    X[0] += 0.5 * X[1] * X[2]
    return X, y


def lakshya(y):
    """smooth kiye hue one-hot stambh"""
    T = np.full((K, y.size), SMOOTH / K)
    T[y, np.arange(y.size)] += 1 - SMOOTH
    return T


def aage(theta, X):
    Z1 = theta['W1'] @ X + theta['b1']
    A1 = np.maximum(0, Z1)
    Z2 = theta['W2'] @ A1 + theta['b2']
    A2 = np.maximum(0, Z2)
    Z3 = theta['W3'] @ A2 + theta['b3']
    Z3 = Z3 - Z3.max(axis=0)
    logP = Z3 - np.log(np.exp(Z3).sum(axis=0))
    return logP, (Z1, A1, Z2, A2)


def haani(logP, T):
    return -(T * logP).sum() / T.shape[1]


def peechhe(theta, X, T):
    m = X.shape[1]
    logP, (Z1, A1, Z2, A2) = aage(theta, X)
    dZ3 = (np.exp(logP) - T) / m
    dA2 = theta['W3'].T @ dZ3
    dZ2 = dA2 * (Z2 > 0)
    dA1 = theta['W2'].T @ dZ2
    dZ1 = dA1 * (Z1 > 0)
    return {
        'W3': dZ3 @ A2.T, 'b3': dZ3.sum(axis=1, keepdims=True),
        'W2': dZ2 @ A1.T, 'b2': dZ2.sum(axis=1, keepdims=True),
        'W1': dZ1 @ X.T, 'b1': dZ1.sum(axis=1, keepdims=True),
    }


def kaato(grad):
    norm = np.sqrt(sum((g ** 2).sum() for g in grad.values()))
    if norm > SEEMA:
        grad = {k: g * (SEEMA / norm) for k, g in grad.items()}
    return grad


def gati(kadam, kul, garam=20, sabse=0.25):
    if kadam < garam:
        return sabse * (kadam + 1) / garam
    return 0.5 * sabse * (1 + np.cos(np.pi * (kadam - garam) / (kul - garam)))


theta = {}
for l, (a, b) in enumerate([(8, 18), (18, 12), (12, K)], start=1):
    theta['W%d' % l] = np.random.randn(b, a) * np.sqrt(2 / a)
    theta['b%d' % l] = np.zeros((b, 1))

X, y = namune(400)
Xj, yj = namune(120)
kul = 40 * 10
kadam = 0
for yug in range(40):
    kram = np.random.permutation(400)
    for tukda in np.split(kram, 10):
        grad = kaato(peechhe(theta, X[:, tukda], lakshya(y[tukda])))
        lr = gati(kadam, kul)
        for naam in theta:
            theta[naam] -= lr * grad[naam]
        kadam += 1
    if yug % 8 == 7:
        sahi = np.mean(aage(theta, Xj)[0].argmax(axis=0) == yj)
        print('yug %d  haani %.4f  jaanch %.3f  gati %.4f' % (yug + 1, haani(aage(theta, X)[0], lakshya(y)), sahi, lr))
