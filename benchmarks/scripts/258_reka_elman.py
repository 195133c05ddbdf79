# Vodostaj sutra iz zadnjih sedam dana padalina i temperature (Elmanova mreža).
import numpy as np

np.random.seed(1991)
N, T, D, H = 160, 7, 2, 8
kise = np.random.randn(N, T, D)
tezine = 0.75 ** np.arange(T)[::-1]
vodostaj = np.tanh((kise[:, :, 0] * tezine).sum(1) - 0.4 * kise[:, -1, 1])[:, None]

P = {
    "Wx": np.random.randn(D, H) * 0.5,
    "Wh": np.random.randn(H, H) * 0.3,
    "bh": np.zeros(H),
    "Wy": np.random.randn(H, 1) * 0.4,
    "by": np.zeros(1),
}


def naprijed(P, niz):
    h = [np.zeros((len(niz), H))]
    for t in range(T):
        h.append(np.tanh(niz[:, t] @ P["Wx"] + h[t] @ P["Wh"] + P["bh"]))
    return h, h[T] @ P["Wy"] + P["by"]


def gubitak(P, niz, cilj):
    return 0.5 * np.mean((naprijed(P, niz)[1] - cilj) ** 2)


def unatrag(P, niz, cilj):
    h, izlaz = naprijed(P, niz)
    G = {k: np.zeros_like(v) for k, v in P.items()}
    dy = (izlaz - cilj) / len(niz)
    G["Wy"] += h[T].T @ dy
    G["by"] += dy.sum(0)
    dh = dy @ P["Wy"].T
    for t in reversed(range(T)):
        ds = dh * (1 - h[t + 1] ** 2)
        G["Wx"] += niz[:, t].T @ ds
        G["Wh"] += h[t + 1].T @ ds
        G["bh"] += ds.sum(0)
        dh = ds @ P["Wh"].T
    return G


eta = 0.1
for epoha in range(150):
    red = np.random.permutation(N)
    for dio in np.array_split(red, 4):
        G = unatrag(P, kise[dio], vodostaj[dio])
        for k in P:
            P[k] -= eta * G[k]
    if epoha % 30 == 0:
        print(epoha, "gubitak", gubitak(P, kise, vodostaj))
