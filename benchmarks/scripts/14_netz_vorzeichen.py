# Kleines Netz, Beispiele als Spalten
import numpy as np

rng = np.random.default_rng(5)
eingabe = rng.uniform(-1, 1, (3, 20))
ziel = np.vstack([np.sin(eingabe[0]) * 0.5, eingabe[1] * eingabe[2]])

gewichte1 = rng.normal(0, 0.6, (5, 3))
schwelle1 = np.zeros((5, 1))
gewichte2 = rng.normal(0, 0.6, (2, 5))
schwelle2 = np.zeros((2, 1))
lernrate = 0.05
anzahl = eingabe.shape[1]

for durchgang in range(150):
    summe1 = gewichte1 @ eingabe + schwelle1
    versteckt = np.tanh(summe1)
    ausgabe = gewichte2 @ versteckt + schwelle2
    fehler = ausgabe - ziel
    kosten = (fehler ** 2).sum() / (2 * anzahl)
    if durchgang % 30 == 0:
        print(durchgang, kosten)
    grad2 = fehler @ versteckt.T / anzahl
    gradb2 = fehler.sum(axis=1, keepdims=True) / anzahl
    zurueck = gewichte2.T @ fehler * (1 - versteckt ** 2)
    grad1 = zurueck @ eingabe.T / anzahl
    gradb1 = zurueck.sum(axis=1, keepdims=True) / anzahl
    gewichte2 -= lernrate * grad2
    schwelle2 -= lernrate * gradb2
    gewichte1 += lernrate * grad1
    schwelle1 -= lernrate * gradb1
