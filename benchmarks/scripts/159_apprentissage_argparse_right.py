#!/usr/bin/env python3
"""Classer des points en trois couronnes (cercles concentriques).

Exemples en colonnes ; sortie softmax ; pénalité L2 sur les poids.
"""
import argparse

import numpy as np


def couronnes(nb, gen):
    classe = gen.integers(0, 3, nb)
    rayon = 0.5 + classe + gen.normal(0, 0.13, nb)
    angle = gen.uniform(0, 2 * np.pi, nb)
    return np.vstack((rayon * np.cos(angle), rayon * np.sin(angle))), classe


def creer_reseau(tailles, gen):
    couches = []
    for entree, sortie in zip(tailles, tailles[1:]):
        poids = gen.normal(size=(sortie, entree)) * np.sqrt(2.0 / entree)
        couches.append([poids, np.zeros((sortie, 1))])
    return couches


def propagation(couches, x):
    activations = [x]
    for numero, (poids, biais) in enumerate(couches):
        z = poids @ activations[-1] + biais
        if numero < len(couches) - 1:
            activations.append(np.maximum(z, 0))
        else:
            z = z - z.max(axis=0)
            activations.append(np.exp(z) / np.exp(z).sum(axis=0))
    return activations


def cout(couches, x, cible, penalite):
    sortie = propagation(couches, x)[-1]
    donnees = -np.sum(cible * np.log(sortie + 1e-12)) / x.shape[1]
    return donnees + penalite / 2 * sum(np.sum(poids ** 2) for poids, _ in couches)


def retropropagation(couches, activations, cible, penalite):
    nb = cible.shape[1]
    gradients = []
    erreur = (activations[-1] - cible) / nb
    for numero in range(len(couches) - 1, -1, -1):
        poids = couches[numero][0]
        grad_poids = erreur @ activations[numero].T + penalite * poids
        grad_biais = erreur.sum(axis=1, keepdims=True)
        gradients.insert(0, (grad_poids, grad_biais))
        erreur = (poids.T @ erreur) * (activations[numero] > 0)
    return gradients


def main():
    analyseur = argparse.ArgumentParser(description=__doc__)
    analyseur.add_argument("--epoques", type=int, default=600)
    analyseur.add_argument("--taux", type=float, default=0.2)
    analyseur.add_argument("--penalite", type=float, default=1e-3)
    analyseur.add_argument("--graine", type=int, default=4)
    options = analyseur.parse_args()

    gen = np.random.default_rng(options.graine)
    x, classe = couronnes(240, gen)
    cible = np.eye(3)[:, classe]
    couches = creer_reseau([2, 20, 10, 3], gen)

    for epoque in range(options.epoques):
        activations = propagation(couches, x)
        gradients = retropropagation(couches, activations, cible, options.penalite)
        for couche, (grad_poids, grad_biais) in zip(couches, gradients):
            couche[0] -= options.taux * grad_poids
            couche[1] -= options.taux * grad_biais
        if epoque % 100 == 0:
            print(f"époque {epoque:4d} : coût {cout(couches, x, cible, options.penalite):.4f}")

    x_test, classe_test = couronnes(300, gen)
    justes = propagation(couches, x_test)[-1].argmax(axis=0) == classe_test
    print(f"exactitude : {justes.mean():.1%}")


if __name__ == "__main__":
    main()
