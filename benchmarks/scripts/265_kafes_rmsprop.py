# Βαθμός καφέ (0-1) από πέντε μετρήσεις καβουρντίσματος. RMSprop, τρία κρυφά επίπεδα.
import numpy as np

tyxi = np.random.default_rng(210)
plithos = 256
metriseis = tyxi.normal(size=(plithos, 5))
vathmos = 1 / (1 + np.exp(-(metriseis[:, 0] * metriseis[:, 1] + np.sin(metriseis[:, 2]) - 0.5 * metriseis[:, 4])))
vathmos = vathmos[:, None]

diastaseis = [5, 16, 12, 6, 1]
vari, polosi = [], []
for mesa, exo in zip(diastaseis[:-1], diastaseis[1:]):
    vari.append(tyxi.normal(size=(mesa, exo)) * np.sqrt(2 / (mesa + exo)))
    polosi.append(np.zeros(exo))


def sigmoeidis(z):
    return 1 / (1 + np.exp(-z))


def empros(x):
    z, a = [], [x]
    for k in range(4):
        z.append(a[-1] @ vari[k] + polosi[k])
        a.append(sigmoeidis(z[-1]) if k == 3 else z[-1] * (z[-1] > 0) if k == 0 else np.tanh(z[-1]))
    return z, a


def kostos(x, y):
    return np.mean((empros(x)[1][-1] - y) ** 2)


def piso(x, y):
    z, a = empros(x)
    gv, gp = [None] * 4, [None] * 4
    d = 2 * (a[4] - y) / len(x) * a[4] * (1 - a[4])
    for k in (3, 2, 1, 0):
        gv[k] = a[k].T @ d
        gp[k] = d.sum(axis=0)
        if k == 0:
            break
        d = d @ vari[k].T
        d = d * (z[0] > 0) if k == 1 else d * (1 - a[k] ** 2)
    return gv, gp


sv = [np.zeros_like(v) for v in vari]
sp = [np.zeros_like(p) for p in polosi]
vima, rho, mikro = 0.003, 0.9, 1e-7
for epoxi in range(60):
    for omada in np.split(tyxi.permutation(plithos), 8):
        gv, gp = piso(metriseis[omada], vathmos[omada])
        for k in range(4):
            sv[k] = rho * sv[k] + (1 - rho) * gv[k] ** 2
            sp[k] = rho * sp[k] + (1 - rho) * gp[k] ** 2
            vari[k] -= vima * gv[k] / (np.sqrt(sv[k]) + mikro)
            polosi[k] -= vima * gp[k] / (np.sqrt(sp[k]) + mikro)
    if epoxi % 15 == 0:
        print("εποχή", epoxi, "κόστος", kostos(metriseis, vathmos))
