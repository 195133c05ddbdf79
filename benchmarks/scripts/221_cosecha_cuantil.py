# -*- coding: utf-8 -*-
# Pronóstico de cosecha de maíz para la cooperativa.
# No queremos la media sino un valor que la cosecha real supere pocas veces (cuantil 0.8),
# para reservar lugar en el silo. Por eso la pérdida es la del cuantil ("pinball").
import numpy as np

azar = np.random.RandomState(19)
TAU = 0.8


def datos(n):
    lluvia = azar.uniform(200, 900, n)      # mm en la temporada
    temp = azar.normal(22, 3, n)
    nitrogeno = azar.uniform(0, 180, n)     # kg/ha
    plagas = azar.beta(2, 5, n)
    rinde = 3 + 5 * np.exp(-((lluvia - 620) / 230) ** 2) + 0.015 * nitrogeno - 3 * plagas
    rinde += (0.3 + 1.2 * plagas) * azar.normal(size=n)
    X = np.stack([(lluvia - 550) / 200, (temp - 22) / 3, (nitrogeno - 90) / 50, (plagas - 0.28) / 0.16], axis=1)
    return X, rinde[:, None] - 6


def perdida(q, y):
    falta = y - q
    return np.mean(np.maximum(TAU * falta, (TAU - 1) * falta))


def adelante(pesos, X):
    W1, b1, W2, b2 = pesos
    oculta = np.tanh(X.dot(W1) + b1)
    return oculta, oculta.dot(W2) + b2


def atras(pesos, X, y):
    W1, b1, W2, b2 = pesos
    oculta, q = adelante(pesos, X)
    # derivada de la pérdida respecto de q: -tau si quedamos cortos, 1 - tau si nos pasamos
    dq = np.where(y > q, -TAU, 1 - TAU) / len(X)
    dW2 = oculta.T.dot(dq)
    db2 = dq.sum(axis=0)
    doculta = dq.dot(W2.T) * (1 - oculta ** 2)
    dW1 = X.T.dot(doculta)
    db1 = doculta.sum(axis=0)
    return dW1, db1, dW2, db2


X, y = datos(400)
Xp, yp = datos(100)
pesos = [azar.normal(size=(4, 9)) * 0.5, np.zeros(9), azar.normal(size=(9, 1)) * 0.3, np.zeros(1)]

paso0 = 0.3
for epoca in range(150):
    paso = paso0 / (1 + 0.02 * epoca)
    orden = azar.permutation(len(X))
    for i in range(0, len(X), 50):
        lote = orden[i:i + 50]
        grads = atras(pesos, X[lote], y[lote])
        pesos = [p - paso * g for p, g in zip(pesos, grads)]
    if epoca % 25 == 0 or epoca == 149:
        _, q = adelante(pesos, Xp)
        print("época %3d | pérdida %.4f | prueba %.4f | cubierto %.0f%%"
              % (epoca, perdida(adelante(pesos, X)[1], y), perdida(q, yp), 100 * np.mean(yp <= q)))
