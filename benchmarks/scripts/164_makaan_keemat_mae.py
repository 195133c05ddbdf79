# makaan ki keemat ka andaza, mean absolute error
# loss kam hone ke bajay badhta ja raha hai, kya galat hai?
import numpy as np

np.random.seed(101)
ginti = 120
X = np.random.randn(ginti, 3)      # kshetrafal, kamre, station se doori (sab scale kiye hue)
asli = 0.5 + 0.3 * X[:, [0]] + 0.1 * X[:, [1]] - 0.1 * X[:, [2]] ** 2 + 0.04 * np.random.randn(ginti, 1)

bhaar1 = np.random.randn(3, 8) * 0.5
jhukav1 = np.zeros(8)
bhaar2 = np.random.randn(8, 1) * 0.5
jhukav2 = np.zeros(1)
dar = 0.01

for daur in range(200):
    jod = X.dot(bhaar1) + jhukav1
    chhupa = np.where(jod > 0, jod, 0)
    andaza = chhupa.dot(bhaar2) + jhukav2

    galti = np.sign(asli - andaza) / ginti
    d_bhaar2 = chhupa.T.dot(galti)
    d_jhukav2 = galti.sum(axis=0)
    d_chhupa = galti.dot(bhaar2.T)
    d_chhupa[jod <= 0] = 0
    d_bhaar1 = X.T.dot(d_chhupa)
    d_jhukav1 = d_chhupa.sum(axis=0)

    bhaar2 -= dar * d_bhaar2
    jhukav2 -= dar * d_jhukav2
    bhaar1 -= dar * d_bhaar1
    jhukav1 -= dar * d_jhukav1
    if daur % 25 == 0:
        print("daur", daur, "nuksan", np.mean(np.abs(asli - andaza)))
