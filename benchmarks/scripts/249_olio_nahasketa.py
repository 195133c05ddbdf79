# Oliba-olioaren kalitatea: birjina estra ala ez. NumPy gabe, lagin bat aldiko.
import math
import random

random.seed(31)

SARRERA, EZKUTU = 3, 5
w_ezk = [[random.uniform(-0.8, 0.8) for _ in range(SARRERA)] for _ in range(EZKUTU)]
b_ezk = [0.0] * EZKUTU
w_irt = [random.uniform(-0.8, 0.8) for _ in range(EZKUTU)]
b_irt = [0.0]
abiadura = 0.5


def sigmoide(s):
    return 1.0 / (1.0 + math.exp(-s))


def aurrera(x):
    h = []
    for j in range(EZKUTU):
        s = b_ezk[j]
        for i in range(SARRERA):
            s += w_ezk[j][i] * x[i]
        h.append(sigmoide(s))
    s = b_irt[0]
    for j in range(EZKUTU):
        s += w_irt[j] * h[j]
    return h, sigmoide(s)


def galera(x, y):
    _, o = aurrera(x)
    return 0.5 * (o - y) ** 2


def ikasi(x, y):
    h, o = aurrera(x)
    delta_o = (o - y) * o * (1 - o)
    for j in range(EZKUTU):
        w_irt[j] -= abiadura * delta_o * h[j]
    b_irt[0] -= abiadura * delta_o
    for j in range(EZKUTU):
        delta_h = delta_o * w_irt[j] * h[j] * (1 - h[j])
        for i in range(SARRERA):
            w_ezk[j][i] -= abiadura * delta_h * x[i]
        b_ezk[j] -= abiadura * delta_h


laginak = []
for _ in range(80):
    azidotasuna = random.gauss(0, 1)
    peroxidoa = random.gauss(0, 1)
    fruta = random.gauss(0, 1)
    ona = 1.0 if fruta - azidotasuna * azidotasuna + 0.4 * peroxidoa > -0.6 else 0.0
    laginak.append(([azidotasuna, peroxidoa, fruta], ona))

for aroa in range(150):
    random.shuffle(laginak)
    for x, y in laginak:
        ikasi(x, y)
    if aroa % 30 == 0:
        print("aroa", aroa, "galera", sum(galera(x, y) for x, y in laginak) / len(laginak))

asmatuak = sum((aurrera(x)[1] > 0.5) == (y > 0.5) for x, y in laginak)
print("asmatuak:", asmatuak, "/", len(laginak))
