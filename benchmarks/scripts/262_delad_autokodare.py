"""Autokodare med delade vikter: avkodaren är kodarens transponat.
Spektra från en (påhittad) NIR-mätare, 16 kanaler till 4."""
import numpy as np

slump = np.random.default_rng(1886)
vag = np.linspace(0, 1, 16)
blandning = slump.dirichlet(np.ones(4), size=180)
toppar = np.exp(-0.5 * ((vag[None, :] - np.array([0.15, 0.4, 0.6, 0.85])[:, None]) / 0.1) ** 2)
spektra = blandning @ toppar + 0.02 * slump.normal(size=(180, 16))
spektra -= spektra.mean(axis=0)

vikt = slump.normal(size=(16, 4)) * 0.3
bias_kod = np.zeros(4)
bias_avkod = np.zeros(16)


def koda(x):
    return np.tanh(x @ vikt + bias_kod)


def avkoda(k):
    return k @ vikt.T + bias_avkod


def fel(x):
    return 0.5 * np.sum((avkoda(koda(x)) - x) ** 2) / len(x)


def grad(x):
    kod = koda(x)
    rest = (avkoda(kod) - x) / len(x)
    d_kod = (rest @ vikt) * (1 - kod ** 2)
    d_vikt = rest.T @ kod + x.T @ d_kod          # avkodarens del + kodarens del
    return d_vikt, d_kod.sum(axis=0), rest.sum(axis=0)


for varv in range(150):
    for bit in np.array_split(slump.permutation(180), 6):
        g, gk, ga = grad(spektra[bit])
        vikt -= 0.3 * g
        bias_kod -= 0.3 * gk
        bias_avkod -= 0.3 * ga
    if varv % 30 == 0:
        print(f"varv {varv:3d}  fel {fel(spektra):.5f}")
