# Réseau de neurones écrit à la main : prédire deux angles
import numpy as np

def sigmoide(x):
    return 1 / (1 + np.exp(-x))

generateur = np.random.RandomState(11)
entrees = generateur.uniform(-1, 1, size=(35, 4))
cibles = np.column_stack([sigmoide(entrees[:, 0] - entrees[:, 1]), sigmoide(entrees[:, 2])])

poids1 = generateur.normal(size=(4, 6)) * 0.4
biais1 = np.zeros(6)
poids2 = generateur.normal(size=(6, 2)) * 0.4
biais2 = np.zeros(2)
pas = 0.8

for tour in range(250):
    cachee = sigmoide(entrees @ poids1 + biais1)
    sortie = sigmoide(cachee @ poids2 + biais2)
    ecart = sortie - cibles
    cout = 0.5 * np.mean(np.sum(ecart ** 2, axis=1))
    delta2 = ecart * sortie * (1 - sortie) / len(entrees)
    delta1 = (delta2 @ poids2.T) * cachee * (1 - cachee)
    poids2 = poids2 - pas * cachee.T @ delta2
    poids1 = poids1 - pas * entrees.T @ delta1
    biais2 = biais2 - pas * delta2.sum(axis=0)
    biais1 = biais1 - pas * delta1.sum(axis=0)
    if tour % 50 == 0:
        print("tour", tour, "coût", cout)
