"""Deteksi denyut tak normal pada potongan EKG tiruan.
Konvolusi 1-D (6 filter, lebar 7) -> tanh -> rata-rata tiap 8 langkah -> sigmoid."""
import numpy as np

acak = np.random.default_rng(303)
N, T, F, LEBAR, JENDELA = 120, 46, 6, 7, 8
L = T - LEBAR + 1                      # 40
G = L // JENDELA                       # 5


def buat_sinyal():
    waktu = np.arange(T)
    label = acak.integers(0, 2, N)
    sinyal = np.empty((N, T))
    for i in range(N):
        pusat = acak.integers(10, 36)
        lebar = 1.2 if label[i] == 0 else 3.0
        sinyal[i] = 2 * np.exp(-0.5 * ((waktu - pusat) / lebar) ** 2)
    return sinyal + 0.2 * acak.normal(size=(N, T)), label.astype(float)


X, y = buat_sinyal()
filt = acak.normal(size=(F, LEBAR)) * 0.4
geser = np.zeros(F)
bobot = acak.normal(size=F * G) * 0.3
bias = np.zeros(1)


def maju(x):
    jendela = np.lib.stride_tricks.sliding_window_view(x, LEBAR, axis=1)      # n, L, LEBAR
    peta = np.tanh(np.einsum("nlk,fk->nfl", jendela, filt) + geser[:, None])
    rata = peta.reshape(len(x), F, G, JENDELA).mean(axis=3)
    datar = rata.reshape(len(x), F * G)
    p = 1 / (1 + np.exp(-(datar @ bobot + bias)))
    return jendela, peta, datar, p


def rugi(x, y):
    p = maju(x)[-1]
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def mundur(x, y):
    jendela, peta, datar, p = maju(x)
    d = (p - y) / len(x)
    g_bobot = d @ datar
    g_bias = np.array([d.sum()])
    d_rata = np.outer(d, bobot).reshape(len(x), F, G)
    d_peta = np.repeat(d_rata, JENDELA, axis=2) / JENDELA
    d_peta = d_peta * (1 - peta ** 2)
    g_filt = np.einsum("nfl,nlk->fk", d_peta, jendela)
    g_geser = d_peta.sum(axis=(0, 2))
    return g_filt, g_geser, g_bobot, g_bias


laju = 1.0
for putaran in range(150):
    g_filt, g_geser, g_bobot, g_bias = mundur(X, y)
    filt -= laju * g_filt
    geser -= laju * g_geser
    bobot -= laju * g_bobot
    bias -= laju * g_bias
    if putaran % 30 == 0:
        print(f"putaran {putaran:3d}: rugi {rugi(X, y):.4f}")
print("tepat:", np.mean((maju(X)[-1] > 0.5) == y))
