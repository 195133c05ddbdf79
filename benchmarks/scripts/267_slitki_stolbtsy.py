# Raspoznavanie slitkov po chetyrem priznakam. Smeshchenie - posledniy stolbets vesov, primery - stolbtsy.
import numpy as np

gsch = np.random.default_rng(1957)


def s_edinitsami(a):
    return np.concatenate([a, np.ones((1, a.shape[1]))], axis=0)


kol = 210
klass = gsch.integers(0, 3, kol)
tsentry = np.array([[1.0, -0.6, 0.2], [0.3, 0.9, -1.1], [-0.5, 0.4, 0.8], [0.0, -1.0, 0.6]])
priznaki = tsentry[:, klass] + 0.7 * gsch.normal(size=(4, kol))
tsel = (klass[None, :] == np.arange(3)[:, None]).astype(float)

V = gsch.normal(size=(11, 5)) * 0.4      # 4 priznaka + 1
U = gsch.normal(size=(3, 12)) * 0.4      # 11 skrytykh + 1


def proyti(x):
    skr = 1 / (1 + np.exp(-(V @ s_edinitsami(x))))
    vyh = U @ s_edinitsami(skr)
    vyh = np.exp(vyh - vyh.max(axis=0))
    return skr, vyh / vyh.sum(axis=0)


def poteri(x, t):
    return -np.sum(t * np.log(proyti(x)[1])) / x.shape[1]


def gradient(x, t):
    skr, ver = proyti(x)
    osh_vyh = (ver - t) / x.shape[1]
    dU = osh_vyh @ s_edinitsami(skr).T
    osh_skr = (U[:, :-1].T @ osh_vyh) * skr * (1 - skr)
    dV = osh_skr @ s_edinitsami(x).T
    return dV, dU


for shag in range(401):
    temp = 1.5 / (1 + shag / 200)
    dV, dU = gradient(priznaki, tsel)
    V = V - temp * dV
    U = U - temp * dU
    if shag % 100 == 0:
        print(f"shag {shag:3d}: poteri {poteri(priznaki, tsel):.4f},"
              f" verno {np.mean(proyti(priznaki)[1].argmax(0) == klass):.1%}")
