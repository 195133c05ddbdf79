# Mengenali pola angka 5x3 (0..5) dengan aktivasi dari makalah LeCun, "Efficient BackProp":
#     f(s) = 1.7159 tanh(2 s / 3)
# Tugas kecerdasan buatan, semester 5
import numpy as np

A = 1.7159
B = 2.0 / 3.0

POLA = [
    "111101101101111",
    "010110010010111",
    "111001111100111",
    "111001111001111",
    "101101111001001",
    "111100111001111",
]


def f(s):
    return A * np.tanh(B * s)


def f_turunan(h):
    # dinyatakan dengan keluaran h = f(s)
    return (A - h) * (A + h) / A


class JST:
    def __init__(self, masukan, tersembunyi, keluaran, laju):
        self.bobot_mt = np.random.normal(0, masukan ** -0.5, (masukan, tersembunyi))
        self.bias_t = np.zeros((1, tersembunyi))
        self.bobot_tk = np.random.normal(0, tersembunyi ** -0.5, (tersembunyi, keluaran))
        self.bias_k = np.zeros((1, keluaran))
        self.laju = laju

    def maju(self, x):
        self.h = f(np.dot(x, self.bobot_mt) + self.bias_t)
        self.o = np.dot(self.h, self.bobot_tk) + self.bias_k
        return self.o

    def mundur(self, x, target):
        galat_k = (self.o - target) / x.shape[0]
        galat_t = np.dot(galat_k, self.bobot_tk.T) * f_turunan(self.h)

        self.bobot_tk -= self.laju * np.dot(self.h.T, galat_k)
        self.bias_k -= self.laju * np.sum(galat_k, axis=0, keepdims=True)
        self.bobot_mt -= self.laju * np.dot(x.T, galat_t)
        self.bias_t -= self.laju * np.sum(galat_t, axis=0, keepdims=True)


def hitung_galat(o, target):
    """setengah jumlah kuadrat tiap contoh, dirata-rata"""
    return 0.5 * np.sum((o - target) ** 2) / len(o)


np.random.seed(17)
angka = np.arange(180) % 6
x = np.array([[1.0 if c == "1" else -1.0 for c in POLA[k]] for k in angka])
x += np.random.normal(0, 0.5, x.shape)
target = -np.ones((180, 6))
target[np.arange(180), angka] = 1.0

jst = JST(15, 10, 6, laju=0.05)
for iterasi in range(301):
    o = jst.maju(x)
    if iterasi % 50 == 0:
        tepat = np.mean(o.argmax(axis=1) == angka) * 100
        print("iterasi %3d   galat %.4f   tepat %.1f%%" % (iterasi, hitung_galat(o, target), tepat))
    jst.mundur(x, target)
