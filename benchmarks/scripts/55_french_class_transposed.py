import numpy as np

class Couche:
    def __init__(self, n):
        self.poids = np.random.randn(n, n) * 0.5
        self.biais = np.zeros(n)

np.random.seed(19)
c1, c2 = Couche(4), Couche(4)
exemples = np.random.randn(26, 4)
cible = np.random.rand(26, 4)
taux = 0.2
for i in range(80):
    z1 = exemples @ c1.poids + c1.biais
    s1 = 1 / (1 + np.exp(-z1))
    s2 = s1 @ c2.poids + c2.biais
    perte = np.mean(np.sum((s2 - cible) ** 2, axis=1)) / 2
    erreur = (s2 - cible) / len(exemples)
    grad_p2 = s1.T @ erreur
    grad_b2 = erreur.sum(axis=0)
    retour = erreur @ c2.poids * s1 * (1 - s1)
    grad_p1 = exemples.T @ retour
    grad_b1 = retour.sum(axis=0)
    c1.poids -= taux * grad_p1
    c1.biais -= taux * grad_b1
    c2.poids -= taux * grad_p2
    c2.biais -= taux * grad_b2
    if i % 20 == 0:
        print(i, "perte", perte)
