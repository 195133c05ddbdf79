# Akshar pehchan: 5x4 ke chitra se 4 akshar, do chhipi partein, RMSprop, jaldi rukna
import numpy as np

np.random.seed(31)

chitra = {
    "T": "1111 0110 0110 0110 0110",
    "L": "1000 1000 1000 1000 1111",
    "O": "0110 1001 1001 1001 0110",
    "X": "1001 1001 0110 1001 1001",
}
naam = list(chitra)
namune = np.array([[float(c) for c in chitra[n].replace(" ", "")] for n in naam])


def banao(kitne):
    varg = np.random.randint(0, len(naam), kitne)
    shor = np.random.normal(0, 0.6, (kitne, namune.shape[1]))
    return namune[varg] + shor, varg


aankde, uttar = banao(240)
jaanch, jaanch_uttar = banao(80)

aakar = [20, 14, 10, 4]
bhaar, jhukav = [], []
for kam, zyada in zip(aakar[:-1], aakar[1:]):
    bhaar.append(np.random.randn(kam, zyada) * np.sqrt(1.0 / kam))
    jhukav.append(np.zeros(zyada))
yaad_b = [np.zeros_like(b) for b in bhaar]
yaad_j = [np.zeros_like(j) for j in jhukav]


def aage(x):
    parat = [x]
    for k in range(len(bhaar)):
        z = parat[-1] @ bhaar[k] + jhukav[k]
        if k < len(bhaar) - 1:
            parat.append(np.tanh(z))
        else:
            z = z - z.max(axis=1)[:, None]
            parat.append(np.exp(z) / np.exp(z).sum(axis=1)[:, None])
    return parat


def haani(prayikta, varg):
    return -np.log(prayikta[np.arange(len(varg)), varg]).mean()


gati, kshay = 0.005, 0.9
sabse_kam, dhairya = np.inf, 0

for daur in range(200):
    kram = np.random.permutation(len(aankde))
    for tukda in np.array_split(kram, 8):
        parat = aage(aankde[tukda])
        truti = parat[-1].copy()
        truti[np.arange(len(tukda)), uttar[tukda]] -= 1
        truti /= len(tukda)
        for k in range(len(bhaar) - 1, -1, -1):
            d_bhaar = parat[k].T @ truti
            d_jhukav = truti.sum(axis=0)
            if k > 0:
                truti = (truti @ bhaar[k].T) * (1 - parat[k] ** 2)
            yaad_b[k] = kshay * yaad_b[k] + (1 - kshay) * d_bhaar**2
            yaad_j[k] = kshay * yaad_j[k] + (1 - kshay) * d_jhukav**2
            bhaar[k] = bhaar[k] - gati * d_bhaar / (np.sqrt(yaad_b[k]) + 1e-8)
            jhukav[k] = jhukav[k] - gati * d_jhukav / (np.sqrt(yaad_j[k]) + 1e-8)

    ab = haani(aage(jaanch)[-1], jaanch_uttar)
    if daur % 5 == 0:
        print("daur", daur, "haani", haani(aage(aankde)[-1], uttar), "jaanch", ab)
    if ab < sabse_kam:
        sabse_kam, dhairya = ab, 0
    else:
        dhairya += 1
        if dhairya == 8:
            print("ruk gaye, daur", daur)
            break

sahi = aage(jaanch)[-1].argmax(axis=1) == jaanch_uttar
print("sahi:", 100 * sahi.mean(), "%")
