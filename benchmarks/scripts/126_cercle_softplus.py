# -*- coding: utf-8 -*-
# TP3 - classer des points dans un disque avec un petit reseau (softplus puis sigmoide)
# Probleme : le cout descend, mais beaucoup moins bien que chez mes camarades ?
import numpy as np

np.random.seed(12)


def softplus(z):
    return np.log(1 + np.exp(z))


def sigmoide(z):
    return 1 / (1 + np.exp(-z))


def donnees(n):
    pts = np.random.uniform(-2, 2, (n, 2))
    etiq = (np.sum(pts**2, axis=1) < 1.8).astype(float)
    return pts, etiq[:, None]


def propagation(pts, reseau):
    P1, b1, P2, b2 = reseau
    somme1 = pts.dot(P1) + b1
    cache = softplus(somme1)
    sortie = sigmoide(cache.dot(P2) + b2)
    return somme1, cache, sortie


def cout(sortie, etiq):
    return -np.mean(etiq * np.log(sortie) + (1 - etiq) * np.log(1 - sortie))


def retropropagation(pts, etiq, reseau):
    P1, b1, P2, b2 = reseau
    somme1, cache, sortie = propagation(pts, reseau)
    m = len(pts)
    delta2 = (sortie - etiq) / m
    gP2 = cache.T.dot(delta2)
    gb2 = delta2.sum(axis=0)
    delta1 = delta2.dot(P2.T)
    gP1 = pts.T.dot(delta1)
    gb1 = delta1.sum(axis=0)
    return gP1, gb1, gP2, gb2


points, etiquettes = donnees(300)
pts_test, etiq_test = donnees(100)

reseau = [
    np.random.randn(2, 7),
    np.zeros(7),
    np.random.randn(7, 1) * 0.5,
    np.zeros(1),
]
pas = 0.3

for epoque in range(1500):
    gradients = retropropagation(points, etiquettes, reseau)
    for k in range(4):
        reseau[k] = reseau[k] - pas * gradients[k]
    if epoque % 250 == 0:
        print("epoque", epoque, "cout", cout(propagation(points, reseau)[2], etiquettes))

prediction = propagation(pts_test, reseau)[2] > 0.5
print("taux de reussite (test) :", np.mean(prediction == etiq_test))
