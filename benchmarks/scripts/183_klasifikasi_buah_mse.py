# Tugas JST: klasifikasi buah (apel, jeruk, mangga) dari berat, warna, tekstur
# fungsi galat: MSE, keluaran sigmoid 3 neuron
import numpy as np

np.random.seed(100)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def buat_data(per_kelas):
    pusat = [(0.2, 0.8, 0.3), (0.4, 0.4, 0.7), (0.8, 0.5, 0.2)]
    X, T = [], []
    for k, p in enumerate(pusat):
        for _ in range(per_kelas):
            X.append(np.array(p) + np.random.randn(3) * 0.12)
            target = [0, 0, 0]
            target[k] = 1
            T.append(target)
    return np.array(X), np.array(T)


class JST:
    def __init__(self, masukan, tersembunyi, keluaran, laju):
        self.V = np.random.uniform(-1, 1, (masukan, tersembunyi))
        self.v0 = np.random.uniform(-1, 1, tersembunyi)
        self.W = np.random.uniform(-1, 1, (tersembunyi, keluaran))
        self.w0 = np.random.uniform(-1, 1, keluaran)
        self.laju = laju

    def maju(self, X):
        self.z = np.tanh(X @ self.V + self.v0)
        self.y = sigmoid(self.z @ self.W + self.w0)
        return self.y

    def galat(self, T):
        return ((T - self.y) ** 2).mean()

    def mundur(self, X, T):
        # turunan MSE terhadap keluaran
        d_keluaran = 2 * (self.y - T) / T.size
        d_tersembunyi = d_keluaran @ self.W.T * (1 - self.z ** 2)
        dW = self.z.T @ d_keluaran
        dw0 = d_keluaran.sum(0)
        dV = X.T @ d_tersembunyi
        dv0 = d_tersembunyi.sum(0)
        self.W -= self.laju * dW
        self.w0 -= self.laju * dw0
        self.V -= self.laju * dV
        self.v0 -= self.laju * dv0


X, T = buat_data(30)
acak = np.random.permutation(len(X))
latih, uji = acak[:70], acak[70:]

jaringan = JST(3, 6, 3, laju=0.5)
epoch = 0
mse = 1.0
while mse > 0.02 and epoch < 2000:
    jaringan.maju(X[latih])
    mse = jaringan.galat(T[latih])
    if epoch % 200 == 0:
        print("epoch ke-%d, MSE = %.4f" % (epoch, mse))
    jaringan.mundur(X[latih], T[latih])
    epoch += 1

tebakan = jaringan.maju(X[uji]).argmax(axis=1)
print("selesai pada epoch", epoch, "- akurasi uji:", (tebakan == T[uji].argmax(axis=1)).mean())
