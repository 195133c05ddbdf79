# Neuraal netwerk zonder klassen: elke laag geeft (waarde, terugfunctie).
# Idee uit de les functioneel programmeren; `reduce` moest erin van mezelf.
from functools import reduce

import numpy as np


def dicht(p, x):
    W, b = p

    def terug(g):
        return (x.T @ g, g.sum(axis=0)), g @ W.T

    return x @ W + b, terug


def elu(_, x, alfa=1.0):
    y = np.where(x > 0, x, alfa * (np.exp(np.minimum(x, 0)) - 1))

    def terug(g):
        return None, g * np.where(x > 0, 1.0, y + alfa)

    return y, terug


def keten(functies):
    def vooruit(params, x):
        def stap(toestand, fp):
            waarde, terugs = toestand
            f, p = fp
            y, t = f(p, waarde)
            return y, [t] + terugs

        y, terugs = reduce(stap, zip(functies, params), (x, []))

        def terug(g):
            grads = []
            for t in terugs:
                dp, g = t(g)
                grads.insert(0, dp)
            return grads

        return y, terug

    return vooruit


def kwadratisch(y, doel):
    r = y - doel
    return 0.5 * np.sum(r * r) / len(doel), r / len(doel)


def nieuwe(params, grads, lr):
    return [p if p is None else tuple(w - lr * d for w, d in zip(p, g)) for p, g in zip(params, grads)]


def laag(rng, n, m):
    return rng.standard_normal((n, m)) * np.sqrt(1.5 / n), np.zeros(m)


def main():
    rng = np.random.default_rng(31)
    hoek = rng.uniform(-np.pi, np.pi, (128, 1))
    snelheid = rng.uniform(0.5, 1.5, (128, 1))
    x = np.hstack([hoek / np.pi, snelheid])
    doel = np.hstack([snelheid * np.cos(hoek), snelheid * np.sin(hoek)])   # poolcoordinaten -> xy

    net = keten([dicht, elu, dicht, elu, dicht])
    params = [laag(rng, 2, 20), None, laag(rng, 20, 12), None, laag(rng, 12, 2)]
    for i in range(2001):
        y, terug = net(params, x)
        verlies, g = kwadratisch(y, doel)
        params = nieuwe(params, terug(g), 0.1)
        if i % 400 == 0:
            print(f"stap {i:4d}: verlies {verlies:.5f}")


main()
