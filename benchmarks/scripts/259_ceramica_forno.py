# Forno di ceramica: dalla curva di cottura al ritiro e alla porosità. Solo liste, niente NumPy.
from math import exp, tanh
from random import Random

dado = Random(88)


def matrice(righe, colonne, scala):
    return [[dado.gauss(0, scala) for _ in range(colonne)] for _ in range(righe)]


def per(M, v):
    return [sum(m * x for m, x in zip(riga, v)) for riga in M]


def crea():
    return {"M1": matrice(6, 3, 0.6), "q1": [0.0] * 6,
            "M2": matrice(5, 6, 0.5), "q2": [0.0] * 5,
            "M3": matrice(2, 5, 0.5), "q3": [0.0] * 2}


def avanti(r, x):
    a1 = [tanh(s + q) for s, q in zip(per(r["M1"], x), r["q1"])]
    a2 = [1 / (1 + exp(-(s + q))) for s, q in zip(per(r["M2"], a1), r["q2"])]
    o = [s + q for s, q in zip(per(r["M3"], a2), r["q3"])]
    return a1, a2, o


def costo(r, x, t):
    o = avanti(r, x)[2]
    return 0.5 * sum((oi - ti) ** 2 for oi, ti in zip(o, t))


def gradiente(r, x, t):
    a1, a2, o = avanti(r, x)
    e3 = [oi - ti for oi, ti in zip(o, t)]
    e2 = [sum(r["M3"][k][j] * e3[k] for k in range(2)) * a2[j] * (1 - a2[j]) for j in range(5)]
    e1 = [sum(r["M2"][j][i] * e2[j] for j in range(5)) * (1 - a1[i] ** 2) for i in range(6)]
    return {"M3": [[e * a for a in a2] for e in e3], "q3": e3,
            "M2": [[e * a for a in a1] for e in e2], "q2": e2,
            "M1": [[e * a for a in x] for e in e1], "q1": e1}


def correggi(r, g, passo):
    for nome in r:
        for i, riga in enumerate(g[nome]):
            if isinstance(riga, list):
                for j, v in enumerate(riga):
                    r[nome][i][j] -= passo * v
            else:
                r[nome][i] -= passo * riga


prove = []
for _ in range(60):
    temp, ore, argilla = (dado.uniform(-1, 1) for _ in range(3))
    prove.append(([temp, ore, argilla], [tanh(temp + 0.5 * ore * argilla), 0.6 * argilla - 0.4 * temp ** 2]))

rete = crea()
for giro in range(1, 101):
    dado.shuffle(prove)
    for x, t in prove:
        correggi(rete, gradiente(rete, x, t), 0.1)
    if giro % 25 == 0:
        print(f"giro {giro}: costo medio {sum(costo(rete, x, t) for x, t in prove) / len(prove):.5f}")
