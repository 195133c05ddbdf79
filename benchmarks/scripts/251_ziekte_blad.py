# Klasifikasie van blaarsiektes by wingerde (4 klasse), kolomme is blare.
from dataclasses import dataclass, field
import numpy as np


@dataclass
class Laag:
    gewigte: np.ndarray
    drempel: np.ndarray
    v_g: np.ndarray = field(init=False)
    v_d: np.ndarray = field(init=False)

    def __post_init__(self):
        self.v_g = np.zeros_like(self.gewigte)
        self.v_d = np.zeros_like(self.drempel)


toeval = np.random.default_rng(404)
m = 280
klas = toeval.integers(0, 4, m)
middelpunte = toeval.normal(size=(6, 4)) * 1.3
blare = middelpunte[:, klas] + toeval.normal(size=(6, m))
een_warm = np.eye(4)[:, klas]

verborge = Laag(toeval.normal(size=(14, 6)) * np.sqrt(2 / 6), np.zeros((14, 1)))
uitset = Laag(toeval.normal(size=(4, 14)) * np.sqrt(1 / 14), np.zeros((4, 1)))
LAMBDA = 1e-3
MOMENTUM = 0.9
TEMPO = 0.05


def vorentoe(x):
    z = verborge.gewigte @ x + verborge.drempel
    a = np.maximum(z, 0)
    s = uitset.gewigte @ a + uitset.drempel
    e = np.exp(s - s.max(axis=0, keepdims=True))
    return z, a, e / e.sum(axis=0, keepdims=True)


def verlies(x, t):
    p = vorentoe(x)[2]
    kruis = -np.sum(t * np.log(p)) / x.shape[1]
    return kruis + 0.5 * LAMBDA * (np.sum(verborge.gewigte ** 2) + np.sum(uitset.gewigte ** 2))


def gradiente(x, t):
    z, a, p = vorentoe(x)
    d2 = (p - t) / x.shape[1]
    g2 = d2 @ a.T + LAMBDA * uitset.gewigte
    gb2 = d2.sum(axis=1, keepdims=True)
    d1 = (uitset.gewigte.T @ d2) * (z > 0)
    g1 = d1 @ x.T + LAMBDA * verborge.gewigte
    gb1 = d1.sum(axis=1, keepdims=True)
    return (g1, gb1), (g2, gb2)


def skuif(laag, g, gb):
    laag.v_g = MOMENTUM * laag.v_g - TEMPO * g
    laag.v_d = MOMENTUM * laag.v_d - TEMPO * gb
    laag.gewigte = laag.gewigte + laag.v_g
    laag.drempel = laag.drempel + laag.v_d


for rondte in range(60):
    orde = toeval.permutation(m)
    for k in range(0, m, 56):
        deel = orde[k:k + 56]
        eerste, tweede = gradiente(blare[:, deel], een_warm[:, deel])
        skuif(verborge, *eerste)
        skuif(uitset, *tweede)
    if rondte % 15 == 14:
        reg = np.mean(vorentoe(blare)[2].argmax(0) == klas)
        print(f"rondte {rondte + 1}: verlies {verlies(blare, een_warm):.4f}, korrek {reg:.2%}")
