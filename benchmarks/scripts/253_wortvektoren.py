# Nächstes Zeichen aus drei vorigen: Einbettung + eine verborgene Schicht + Softmax.
import numpy as np

zufall = np.random.default_rng(15)

text = ("der hund und der hahn und die henne gehen in den garten und dann in die scheune "
        "da rennen die hunde und der hahn und die hennen reden ") * 3
zeichen = sorted(set(text))
nummer = {z: i for i, z in enumerate(zeichen)}
folge = np.array([nummer[z] for z in text])
K, V, D, H = 3, len(zeichen), 6, 24
eingabe = np.stack([folge[i:len(folge) - K + i] for i in range(K)], axis=1)
ziel = folge[K:]

C = zufall.normal(size=(V, D)) * 0.5
W1 = zufall.normal(size=(K * D, H)) / np.sqrt(K * D)
b1 = np.zeros(H)
W2 = zufall.normal(size=(H, V)) / np.sqrt(H)
b2 = np.zeros(V)


def vorwaerts(x):
    e = C[x].reshape(len(x), K * D)
    h = np.tanh(e @ W1 + b1)
    s = h @ W2 + b2
    s = s - s.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    return e, h, p


def verlust(x, y):
    p = vorwaerts(x)[2]
    return -np.log(p[np.arange(len(y)), y]).mean()


def rueckwaerts(x, y):
    e, h, p = vorwaerts(x)
    ds = p.copy()
    ds[np.arange(len(y)), y] -= 1
    ds /= len(y)
    dW2 = h.T @ ds
    db2 = ds.sum(axis=0)
    dh = ds @ W2.T * (1 - h ** 2)
    dW1 = e.T @ dh
    db1 = dh.sum(axis=0)
    de = (dh @ W1.T).reshape(len(x), D, K).transpose(0, 2, 1)
    dC = np.zeros_like(C)
    np.add.at(dC, x, de)
    return dC, dW1, db1, dW2, db2


rate = 0.5
for runde in range(40):
    reihe = zufall.permutation(len(ziel))
    for anfang in range(0, len(reihe), 64):
        teil = reihe[anfang:anfang + 64]
        dC, dW1, db1, dW2, db2 = rueckwaerts(eingabe[teil], ziel[teil])
        C -= rate * dC
        W1 -= rate * dW1
        b1 -= rate * db1
        W2 -= rate * dW2
        b2 -= rate * db2
    if runde % 10 == 0:
        print("Runde", runde, "Verlust", round(float(verlust(eingabe, ziel)), 4))
