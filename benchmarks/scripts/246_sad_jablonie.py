# Plon jabłoni z kwatery (kg / drzewo, znormalizowany) -- sieć 5-12-10-1
# Instytut sadownictwa, notatki własne
import numpy as np

losuj = np.random.default_rng(2021)
n = 200
dane = losuj.uniform(-1, 1, size=(n, 5))      # opad, mróz, wiek, nawóz, cięcie
plon = np.sin(2 * dane[:, [0]]) + dane[:, [2]] * dane[:, [3]] - 0.5 * np.abs(dane[:, [1]])
plon += 0.05 * losuj.normal(size=plon.shape)

siec = {
    "W1": losuj.normal(0, 0.6, (5, 12)), "b1": np.zeros(12),
    "W2": losuj.normal(0, 0.4, (12, 10)), "b2": np.zeros(10),
    "W3": losuj.normal(0, 0.4, (10, 1)), "b3": np.zeros(1),
}


def sigm(s):
    return 1 / (1 + np.exp(-s))


def w_przod(siec, x):
    pamiec = {"a0": x}
    pamiec["a1"] = np.tanh(x @ siec["W1"] + siec["b1"])
    pamiec["a2"] = sigm(pamiec["a1"] @ siec["W2"] + siec["b2"])
    pamiec["a3"] = pamiec["a2"] @ siec["W3"] + siec["b3"]
    return pamiec


def strata(siec, x, y):
    return 0.5 * np.mean((w_przod(siec, x)["a3"] - y) ** 2)


def wstecz(siec, pamiec, y):
    m = len(y)
    grad = {}
    d3 = (pamiec["a3"] - y) / m
    grad["W3"] = pamiec["a2"].T @ d3
    grad["b3"] = d3.sum(0)
    d2 = (d3 @ siec["W3"].T) * pamiec["a2"] * (1 - pamiec["a2"])
    grad["W2"] = pamiec["a1"].T @ d2
    grad["b2"] = d2.sum(0)
    d1 = d2 @ siec["W2"].T
    grad["W1"] = pamiec["a0"].T @ d1
    grad["b1"] = d1.sum(0)
    return grad


krok = 0.15
for epoka in range(1, 301):
    kolejnosc = losuj.permutation(n)
    for start in range(0, n, 40):
        wybor = kolejnosc[start:start + 40]
        pamiec = w_przod(siec, dane[wybor])
        g = wstecz(siec, pamiec, plon[wybor])
        for nazwa in siec:
            siec[nazwa] = siec[nazwa] - krok * g[nazwa]
    if epoka % 60 == 0:
        print(f"epoka {epoka}: strata {strata(siec, dane, plon):.5f}")
