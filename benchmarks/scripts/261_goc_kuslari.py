# Göç eden kuşların günlük yolu (km) -- rüzgâr, sıcaklık, yağ oranı, gün uzunluğu
# Ağırlık cezası: lambda * (toplam kareler)
import numpy as np

uretec = np.random.default_rng(34)


class Ag:
    def __init__(self, giris, gizli, cikis, ceza):
        self.W = [uretec.normal(size=(giris, gizli)) * np.sqrt(1 / giris),
                  uretec.normal(size=(gizli, cikis)) * np.sqrt(1 / gizli)]
        self.b = [np.zeros(gizli), np.zeros(cikis)]
        self.ceza = ceza

    def ileri(self, x):
        self.x = x
        self.h = np.tanh(x @ self.W[0] + self.b[0])
        self.tahmin = self.h @ self.W[1] + self.b[1]
        return self.tahmin

    def kayip(self, x, y):
        hata = self.ileri(x) - y
        return 0.5 * np.mean(hata ** 2) + self.ceza * sum(np.sum(w ** 2) for w in self.W)

    def geri(self, y):
        d1 = (self.tahmin - y) / len(y)
        d0 = (d1 @ self.W[1].T) * (1 - self.h ** 2)
        dW = [self.x.T @ d0 + self.ceza * self.W[0],
              self.h.T @ d1 + self.ceza * self.W[1]]
        db = [d0.sum(axis=0), d1.sum(axis=0)]
        return dW, db


kus = uretec.normal(size=(220, 4))
yol = np.tanh(kus[:, 0] + 0.5 * kus[:, 3]) + 0.3 * kus[:, 1] * kus[:, 2]
yol = yol[:, None] + 0.05 * uretec.normal(size=(220, 1))

ag = Ag(4, 12, 1, ceza=0.005)
for tur in range(400):
    ag.ileri(kus)
    dW, db = ag.geri(yol)
    for i in (0, 1):
        ag.W[i] -= 0.2 * dW[i]
        ag.b[i] -= 0.2 * db[i]
    if tur % 100 == 99:
        print(f"tur {tur + 1}: kayıp {ag.kayip(kus, yol):.4f}")
