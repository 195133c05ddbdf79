import numpy as np

# rete neurale per il corso di laboratorio
np.random.seed(15)
campioni = np.random.rand(28, 3)
etichette = np.random.rand(28, 2)

pesi_1 = np.random.randn(3, 5)
soglia_1 = np.zeros((1, 5))
pesi_2 = np.random.randn(5, 2)
soglia_2 = np.zeros((1, 2))
velocita = 0.5

def attiva(v):
    return 1 / (1 + np.exp(-v))

def derivata(v):
    return attiva(v) * (1 - attiva(v))

for ciclo in range(120):
    somma_1 = campioni @ pesi_1 + soglia_1
    nascosto = attiva(somma_1)
    somma_2 = nascosto @ pesi_2 + soglia_2
    uscita = attiva(somma_2)
    errore = np.mean((uscita - etichette) ** 2) / 2
    delta_2 = (uscita - etichette) * derivata(uscita) / len(campioni)
    delta_1 = (delta_2 @ pesi_2.T) * derivata(somma_1)
    pesi_2 -= velocita * nascosto.T @ delta_2
    soglia_2 -= velocita * delta_2.sum(axis=0, keepdims=True)
    pesi_1 -= velocita * campioni.T @ delta_1
    soglia_1 -= velocita * delta_1.sum(axis=0, keepdims=True)
    if ciclo % 30 == 0:
        print(ciclo, errore)
