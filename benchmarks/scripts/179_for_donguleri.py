# Yapay sinir agi - matris carpimi kullanmadan, sadece for donguleri ile
# (hocamiz once boyle yazmamizi istedi, numpy sadece diziler icin)
import math
import numpy as np

np.random.seed(19)

GIRIS = 2
GIZLI = 5
OGRENME = 0.4
EPOK = 400

# veri: nokta kosegenin hangi tarafinda (XOR gibi, iki bolge)
ornekler = np.random.uniform(-1, 1, (40, GIRIS))
hedefler = np.array([1.0 if a * b > 0 else 0.0 for a, b in ornekler])

w1 = np.random.normal(0, 1, (GIZLI, GIRIS))
b1 = np.random.normal(0, 0.5, GIZLI)
w2 = np.random.normal(0, 1, GIZLI)
b2 = 0.0

for epok in range(EPOK):
    toplam_kayip = 0.0
    dogru = 0
    for n in range(len(ornekler)):
        x = ornekler[n]
        t = hedefler[n]

        # ileri
        h = np.zeros(GIZLI)
        for j in range(GIZLI):
            s = b1[j]
            for i in range(GIRIS):
                s += w1[j][i] * x[i]
            h[j] = math.tanh(s)
        s = b2
        for j in range(GIZLI):
            s += w2[j] * h[j]
        y = 1.0 / (1.0 + math.exp(-s))

        toplam_kayip += -(t * math.log(y) + (1 - t) * math.log(1 - y))
        if (y > 0.5) == (t > 0.5):
            dogru += 1

        # geri: once butun deltalar, sonra guncelleme
        delta_cikis = y - t
        delta_gizli = np.zeros(GIZLI)
        for j in range(GIZLI):
            delta_gizli[j] = delta_cikis * w2[j] * (1 - h[j] * h[j])

        for j in range(GIZLI):
            w2[j] -= OGRENME * delta_cikis * h[j]
            for i in range(GIRIS):
                w1[j][i] -= OGRENME * delta_gizli[j] * x[i]
            b1[j] -= OGRENME * delta_gizli[j]
        b2 -= OGRENME * delta_cikis

    if epok % 50 == 0:
        print("epok", epok, "kayip", round(toplam_kayip / len(ornekler), 4), "dogru", dogru)
