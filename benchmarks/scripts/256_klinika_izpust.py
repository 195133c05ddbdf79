# Napoved ponovnega sprejema v bolnišnico.  6-20-1, izpust (dropout) v skriti plasti.
import numpy as np

nak = np.random.default_rng(53)
N = 300
bolniki = nak.normal(size=(N, 6))
logit = 1.2 * bolniki[:, 0] - bolniki[:, 1] * bolniki[:, 2] + 0.5 * bolniki[:, 4]
sprejem = (logit + 0.3 * nak.normal(size=N) > 0).astype(float)[:, None]

W1 = nak.normal(size=(6, 20)) * 0.5
b1 = np.zeros((1, 20))
W2 = nak.normal(size=(20, 1)) * 0.3
b2 = np.zeros((1, 1))
obdrzi = 0.8
hitrost = 0.3


def sigmoida(u):
    return 1 / (1 + np.exp(-u))


def naprej(x, maska):
    h = np.tanh(x @ W1 + b1)
    hm = h * maska
    return h, hm, sigmoida(hm @ W2 + b2)


def izguba(x, y, maska):
    p = naprej(x, maska)[2]
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


for obhod in range(150):
    vrstni = nak.permutation(N)
    for i in range(0, N, 50):
        x, y = bolniki[vrstni[i:i + 50]], sprejem[vrstni[i:i + 50]]
        maska = (nak.random((len(x), 20)) < obdrzi) / obdrzi
        h, hm, p = naprej(x, maska)

        d2 = (p - y) / len(x)
        gW2 = hm.T @ d2
        gb2 = d2.sum(0, keepdims=True)
        d1 = (d2 @ W2.T) * (1 - h ** 2)
        gW1 = x.T @ d1
        gb1 = d1.sum(0, keepdims=True)

        W1 -= hitrost * gW1
        b1 -= hitrost * gb1
        W2 -= hitrost * gW2
        b2 -= hitrost * gb2
    if obhod % 30 == 0:
        vse = np.ones((N, 20))
        print(f"obhod {obhod}: izguba {izguba(bolniki, sprejem, vse):.4f} "
              f"točnost {np.mean((naprej(bolniki, vse)[2] > 0.5) == sprejem):.3f}")
