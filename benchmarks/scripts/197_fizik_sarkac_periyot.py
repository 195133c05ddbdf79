"""
FIZ 312 - Hesaplamali Fizik, odev 5
Sarkacin periyodunu buyuk genliklerde ogrenen ag (1 - 16 - 1)
Hazirlayan: Elif
"""
import numpy as np
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt

rng = np.random.RandomState(312)

# --- veri: T / T0, genlik acisina gore (seri acilimi) ---
aci = np.linspace(0.05, 2.4, 60)
oran = 1 + aci**2 / 16 + 11 * aci**4 / 3072 + 173 * aci**6 / 737280
oran = oran + 0.004 * rng.randn(aci.size)      # olcum gurultusu

# sutunlar ornek
G = ((aci - aci.mean()) / aci.std()).reshape(1, -1)
H = (oran - 1.0).reshape(1, -1)
m = G.shape[1]

gizli = 16
A1 = rng.randn(gizli, 1) * 0.8
c1 = np.zeros((gizli, 1))
A2 = rng.randn(1, gizli) / np.sqrt(gizli)
c2 = np.zeros((1, 1))

eta, mu = 0.05, 0.9
hizA1, hizc1 = np.zeros_like(A1), np.zeros_like(c1)
hizA2, hizc2 = np.zeros_like(A2), np.zeros_like(c2)

kayit = []
for adim in range(1500):
    # ileri
    u = A1 @ G + c1
    s = np.tanh(u)
    tahmin = A2 @ s + c2

    fark = tahmin - H
    E = 0.5 * np.sum(fark**2) / m
    kayit.append(E)

    # geri
    d2 = fark / m
    gA2 = d2 @ s.T
    gc2 = d2.sum(axis=1, keepdims=True)
    d1 = (A2.T @ d2) / np.cosh(u)**2           # tanh' = sech^2
    gA1 = d1 @ G.T
    gc1 = d1.sum(axis=1, keepdims=True)

    # momentumlu adim
    hizA2 = mu * hizA2 - eta * gA2
    hizc2 = mu * hizc2 - eta * gc2
    hizA1 = mu * hizA1 - eta * gA1
    hizc1 = mu * hizc1 - eta * gc1
    A2 += hizA2
    c2 += hizc2
    A1 += hizA1
    c1 += hizc1

    if adim % 250 == 0:
        print("adim %5d   E = %.3e" % (adim, E))

print("son hata      E = %.3e" % kayit[-1])
print("90 derecede T/T0 ~ %.4f" % np.interp(np.pi / 2, aci, 1 + tahmin.ravel()))

fig, ax = plt.subplots(1, 2, figsize=(8, 3))
ax[0].semilogy(kayit)
ax[1].plot(aci, oran, ".", aci, 1 + tahmin.ravel(), "-")
# plt.savefig("sarkac.png")
plt.close(fig)
