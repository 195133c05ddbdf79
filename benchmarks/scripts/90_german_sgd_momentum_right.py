import numpy as np

zufall = np.random.default_rng(90)
muster = zufall.uniform(-1, 1, size=(18, 3))
soll = np.stack([muster[:, 0] * muster[:, 1], np.abs(muster[:, 2])], axis=1)

groessen = [3, 6, 2]
gewichte = [zufall.normal(size=(a, b)) * 0.7 for a, b in zip(groessen, groessen[1:])]
schwellen = [np.zeros(b) for b in groessen[1:]]
traegheit_w = [np.zeros_like(w) for w in gewichte]
traegheit_s = [np.zeros_like(s) for s in schwellen]
lernrate, mu = 0.02, 0.8

for epoche in range(12):
    summe = 0.0
    for x, t in zip(muster, soll):
        aus = [x]
        for l in range(2):
            netto = aus[-1] @ gewichte[l] + schwellen[l]
            aus.append(np.tanh(netto) if l == 0 else netto)
        fehler = aus[2] - t
        summe += 0.5 * np.sum(fehler ** 2)
        delta2 = fehler
        delta1 = (gewichte[1] @ delta2) * (1 - aus[1] ** 2)
        grad_w = [np.outer(aus[0], delta1), np.outer(aus[1], delta2)]
        grad_s = [delta1, delta2]
        for l in range(2):
            traegheit_w[l] = mu * traegheit_w[l] - lernrate * grad_w[l]
            traegheit_s[l] = mu * traegheit_s[l] - lernrate * grad_s[l]
            gewichte[l] = gewichte[l] + traegheit_w[l]
            schwellen[l] = schwellen[l] + traegheit_s[l]
    print(epoche, summe / len(muster))
