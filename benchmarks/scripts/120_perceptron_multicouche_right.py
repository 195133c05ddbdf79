# TP2 - Perceptron multicouche, apprentissage exemple par exemple
import numpy as np

np.random.seed(20)
exemples = np.random.uniform(-1, 1, (30, 3))
sorties_desirees = np.column_stack((np.sin(exemples[:, 0]), exemples[:, 1] * exemples[:, 2]))

taille_cachee = 6
pas = 0.05
# la derniere ligne des poids correspond au biais
poids_cache = np.random.uniform(-0.5, 0.5, (3 + 1, taille_cachee))
poids_sortie = np.random.uniform(-0.5, 0.5, (taille_cachee + 1, 2))


def ajoute_biais(vecteur):
    return np.append(vecteur, 1.0)


for iteration in range(40):
    erreur_totale = 0.0
    for exemple, desiree in zip(exemples, sorties_desirees):
        # propagation
        entree = ajoute_biais(exemple)
        cachee = np.tanh(entree @ poids_cache)
        cachee_biais = ajoute_biais(cachee)
        sortie = cachee_biais @ poids_sortie
        # retropropagation
        erreur = desiree - sortie
        erreur_totale += 0.5 * np.sum(erreur ** 2)
        delta_sortie = erreur
        delta_cache = (1 - cachee ** 2) * (poids_sortie[:-1] @ delta_sortie)
        poids_sortie += pas * np.outer(cachee_biais, delta_sortie)
        poids_cache += pas * np.outer(entree, delta_cache)
    if iteration % 10 == 0:
        print("iteration", iteration, "erreur", erreur_totale)
