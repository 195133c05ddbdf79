import numpy as np
# Sieć neuronowa: dwie warstwy ukryte
np.random.seed(77)
wejscie = np.random.randn(28, 4)
cel = (wejscie.sum(axis=1) > 0).astype(float).reshape(28, 1)

def sigma(s):
    return 1 / (1 + np.exp(-s))

wagi = [np.random.randn(4, 6) * 0.6, np.random.randn(6, 5) * 0.6, np.random.randn(5, 1) * 0.6]
progi = [np.zeros(6), np.zeros(5), np.zeros(1)]
tempo = 0.3
for krok in range(80):
    aktywacje = [wejscie]
    for waga, prog in zip(wagi, progi):
        aktywacje.append(sigma(aktywacje[-1] @ waga + prog))
    wynik = aktywacje[-1]
    strata = -np.mean(cel * np.log(wynik) + (1 - cel) * np.log(1 - wynik))
    blad = (wynik - cel) / len(cel)
    for i in (2, 1, 0):
        gradient_wagi = aktywacje[i].T @ blad
        gradient_progu = blad.sum(axis=0)
        if i:
            blad = (blad @ wagi[i].T) * aktywacje[i] * (1 - aktywacje[i])
        wagi[i] -= tempo * gradient_wagi
        progi[i] -= tempo * gradient_progu
    if krok % 20 == 0:
        print(krok, strata)
