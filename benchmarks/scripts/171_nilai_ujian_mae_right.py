# Prediksi nilai ujian dari jam belajar, jam tidur, kehadiran
# leaky relu, MAE (mean absolute error), berhenti lebih awal
import numpy as np
from copy import deepcopy

acak = np.random.default_rng()


def buat_data(jumlah):
    belajar = acak.uniform(0, 10, jumlah)
    tidur = acak.uniform(4, 10, jumlah)
    hadir = acak.uniform(0.4, 1.0, jumlah)
    nilai = 30 + 4 * belajar + 25 * hadir - 2 * (tidur - 7.5) ** 2 + acak.normal(0, 2, jumlah)
    masukan = np.stack([(belajar - 5) / 3, (tidur - 7) / 1.7, (hadir - 0.7) / 0.17], axis=1)
    return masukan, np.clip(nilai, 0, 100)[:, np.newaxis] / 10


def leaky(z, miring=0.1):
    return np.where(z > 0, z, miring * z)


def turunan_leaky(z, miring=0.1):
    return np.where(z > 0, 1.0, miring)


def maju(jaringan, x):
    z = x @ jaringan['bobot1'] + jaringan['bias1']
    h = leaky(z)
    return z, h, h @ jaringan['bobot2'] + jaringan['bias2']


def mae(jaringan, x, y):
    return np.abs(maju(jaringan, x)[2] - y).mean()


def mundur(jaringan, x, y):
    z, h, tebakan = maju(jaringan, x)
    d_tebakan = np.sign(tebakan - y) / len(x)
    d_z = d_tebakan @ jaringan['bobot2'].T * turunan_leaky(z)
    return {
        'bobot1': x.T @ d_z,
        'bias1': d_z.sum(axis=0),
        'bobot2': h.T @ d_tebakan,
        'bias2': d_tebakan.sum(axis=0),
    }


x_latih, y_latih = buat_data(240)
x_uji, y_uji = buat_data(80)

jaringan = {
    'bobot1': acak.normal(0, 0.6, (3, 14)),
    'bias1': np.zeros(14),
    'bobot2': acak.normal(0, 0.3, (14, 1)),
    'bias2': np.array([5.0]),
}

terbaik, simpanan, sabar = np.inf, None, 0
laju = 0.1
for putaran in range(1000):
    urutan = acak.permutation(len(x_latih))
    for bagian in np.array_split(urutan, 6):
        gradien = mundur(jaringan, x_latih[bagian], y_latih[bagian])
        for nama, g in gradien.items():
            jaringan[nama] = jaringan[nama] - laju * g
    galat = mae(jaringan, x_uji, y_uji)
    if putaran % 50 == 0:
        print('putaran', putaran, 'mae latih %.3f' % mae(jaringan, x_latih, y_latih), 'mae uji %.3f' % galat)
    if galat < terbaik - 1e-4:
        terbaik, simpanan, sabar = galat, deepcopy(jaringan), 0
    else:
        sabar += 1
    if sabar == 20:
        laju /= 2
    if sabar > 60:
        print('berhenti di putaran', putaran)
        break

print('mae uji terbaik: %.2f poin' % (10 * mae(simpanan, x_uji, y_uji)))
