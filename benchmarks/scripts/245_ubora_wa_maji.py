"""Ubora wa maji ya visima: salama (1) au si salama (0).
Mtandao mdogo wa neva, umeandikwa kwa mkono. Wilaya ya Kisumu, 2019."""
import numpy as np

np.random.seed(12)

# data ya kuigiza: chumvi, uchafu, bakteria, kina
idadi = 240
vipimo = np.random.randn(idadi, 4)
salama = ((vipimo[:, 0] ** 2 + vipimo[:, 1] - 0.7 * vipimo[:, 2] * vipimo[:, 3]) < 1.0)
salama = salama.astype(float).reshape(-1, 1)

uzito1 = np.random.randn(4, 9) * 0.5
upendeleo1 = np.zeros((1, 9))
uzito2 = np.random.randn(9, 1) * 0.4
upendeleo2 = np.zeros((1, 1))
kasi = 0.6

for mzunguko in range(800):
    # mbele
    jumla1 = vipimo.dot(uzito1) + upendeleo1
    fiche = np.tanh(jumla1)
    jumla2 = fiche.dot(uzito2) + upendeleo2
    jibu = 1.0 / (1.0 + np.exp(-jumla2))

    hasara = -np.mean(salama * np.log(jibu) + (1 - salama) * np.log(1 - jibu))

    # nyuma
    kosa2 = (jibu - salama) / idadi
    mteremko_u2 = fiche.T.dot(kosa2)
    mteremko_b2 = kosa2.sum(axis=0, keepdims=True)
    kosa1 = kosa2.dot(uzito2.T) * (1 - fiche ** 2)
    mteremko_u1 = vipimo.T.dot(kosa1)
    mteremko_b1 = kosa1.sum(axis=0, keepdims=True)

    uzito2 -= kasi * mteremko_u2
    upendeleo2 -= kasi * mteremko_b2
    uzito1 -= kasi * mteremko_u1
    upendeleo1 -= kasi * mteremko_b1

    if mzunguko % 100 == 0:
        print("mzunguko", mzunguko, "hasara", round(float(hasara), 4))

print("usahihi:", np.mean((jibu > 0.5) == (salama > 0.5)))
