# Lekcja 9: siec neuronowa bez zadnych bibliotek (klasa 3b, informatyka)
# Zadanie: czy uczen zda? wejscia: godziny nauki, godziny snu (przeskalowane)
import math
import random

random.seed(2024)

dane = []
for _ in range(80):
    nauka = random.uniform(0, 10)
    sen = random.uniform(3, 10)
    # trzeba sie uczyc, ale tez spac
    zda = 1 if nauka > 3 and sen > 5 and nauka + sen > 10 else 0
    dane.append(([nauka / 5 - 1, sen / 3.5 - 1.9], zda))

UKRYTE = 4
w1 = [[random.gauss(0, 1) for _ in range(2)] for _ in range(UKRYTE)]
b1 = [0.0 for _ in range(UKRYTE)]
w2 = [random.gauss(0, 1) for _ in range(UKRYTE)]
b2 = 0.0


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def oblicz(x):
    h = []
    for j in range(UKRYTE):
        h.append(sigmoid(w1[j][0] * x[0] + w1[j][1] * x[1] + b1[j]))
    s = b2
    for j in range(UKRYTE):
        s += w2[j] * h[j]
    return h, sigmoid(s)


def blad():
    suma = 0
    for x, t in dane:
        _, y = oblicz(x)
        suma += -math.log(y) if t == 1 else -math.log(1 - y)
    return suma / len(dane)


krok = 2.0
n = len(dane)
print("przed nauka:", round(blad(), 4))

for epoka in range(1, 501):
    # gradienty zbieramy ze wszystkich uczniow
    gw1 = [[0.0, 0.0] for _ in range(UKRYTE)]
    gb1 = [0.0] * UKRYTE
    gw2 = [0.0] * UKRYTE
    gb2 = 0.0

    for x, t in dane:
        h, y = oblicz(x)
        d = y - t
        for j in range(UKRYTE):
            gw2[j] += d * h[j]
            dj = d * w2[j] * h[j] * (1 - h[j])
            gw1[j][0] += dj * x[0]
            gw1[j][1] += dj * x[1]
            gb1[j] += dj
    gb2 += d

    for j in range(UKRYTE):
        w2[j] -= krok * gw2[j] / n
        w1[j][0] -= krok * gw1[j][0] / n
        w1[j][1] -= krok * gw1[j][1] / n
        b1[j] -= krok * gb1[j] / n
    b2 -= krok * gb2 / n

    if epoka % 100 == 0:
        print("epoka", epoka, "blad", round(blad(), 4))

dobrze = sum(1 for x, t in dane if (oblicz(x)[1] > 0.5) == (t == 1))
print("dobrze:", dobrze, "z", n)
print("6 godzin nauki, 8 snu:", round(oblicz([6 / 5 - 1, 8 / 3.5 - 1.9])[1], 3))
print("9 godzin nauki, 4 snu:", round(oblicz([9 / 5 - 1, 4 / 3.5 - 1.9])[1], 3))
