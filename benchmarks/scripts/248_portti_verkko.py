"""Porttiverkko (GLU): piilokerros on  lineaarinen * sigmoid(portti).
Kaukolämmön tehontarve säästä. Rivit ovat tunteja."""
import numpy as np

arpa = np.random.default_rng(77)

N = 260
saa = arpa.normal(size=(N, 3))                       # lämpötila, tuuli, säteily
teho = np.where(saa[:, 0] < 0.2, -1.2 * saa[:, 0] + 0.4 * saa[:, 1], 0.1) - 0.2 * saa[:, 2]
teho = teho[:, None] + 0.05 * arpa.normal(size=(N, 1))


def alusta(n_in, n_piilo):
    return dict(A=arpa.normal(size=(n_in, n_piilo)) * 0.5, a=np.zeros(n_piilo),
                P=arpa.normal(size=(n_in, n_piilo)) * 0.5, p=np.zeros(n_piilo),
                U=arpa.normal(size=(n_piilo, 1)) * 0.4, u=np.zeros(1))


def laske(th, x):
    lin = x @ th["A"] + th["a"]
    portti = 1 / (1 + np.exp(-(x @ th["P"] + th["p"])))
    piilo = lin * portti
    ulos = piilo @ th["U"] + th["u"]
    return lin, portti, piilo, ulos


def virhe(th, x, y):
    return np.mean((laske(th, x)[-1] - y) ** 2)


def gradientti(th, x, y):
    lin, portti, piilo, ulos = laske(th, x)
    g = {}
    d_ulos = 2 * (ulos - y) / len(x)
    g["U"] = piilo.T @ d_ulos
    g["u"] = d_ulos.sum(axis=0)
    d_piilo = d_ulos @ th["U"].T
    d_lin = d_piilo * portti
    d_portti = d_piilo * lin * portti * (1 - portti)
    g["A"] = x.T @ d_lin
    g["a"] = d_lin.sum(axis=0)
    g["P"] = x.T @ d_portti
    g["p"] = d_portti.sum(axis=0)
    return g


th = alusta(3, 11)
for kierros in range(700):
    g = gradientti(th, saa, teho)
    for avain in th:
        th[avain] -= 0.1 * g[avain]
    if (kierros + 1) % 140 == 0:
        print(f"{kierros + 1:5d}  {virhe(th, saa, teho):.5f}")
