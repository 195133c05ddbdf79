# Kredi geri odeme tahmini - seyreltme (dropout) ile
# Risk birimi, deneme calismasi
import numpy as np


class Yogun:
    def __init__(self, giris, cikis, rasgele):
        self.agirlik = rasgele.randn(giris, cikis) * np.sqrt(2.0 / giris)
        self.sapma = np.zeros(cikis)

    def ileri(self, x, egitim):
        self.x = x
        return x @ self.agirlik + self.sapma

    def geri(self, g, hiz):
        g_giris = g @ self.agirlik.T
        self.agirlik -= hiz * (self.x.T @ g)
        self.sapma -= hiz * g.sum(axis=0)
        return g_giris


class Relu:
    def ileri(self, x, egitim):
        self.acik = x > 0
        return x * self.acik

    def geri(self, g, hiz):
        return g * self.acik


class Seyreltme:
    """Tutma olasiligi p; egitimde olcek 1/p, denemede oldugu gibi gecer."""

    def __init__(self, p, rasgele):
        self.p = p
        self.rasgele = rasgele

    def ileri(self, x, egitim):
        if not egitim:
            return x
        self.maske = (self.rasgele.rand(*x.shape) < self.p) / self.p
        return x * self.maske

    def geri(self, g, hiz):
        return g * self.maske / self.p


class Ag:
    def __init__(self, katmanlar):
        self.katmanlar = katmanlar

    def ileri(self, x, egitim=False):
        for k in self.katmanlar:
            x = k.ileri(x, egitim)
        return 1 / (1 + np.exp(-x))

    def egit(self, x, y, hiz):
        tahmin = self.ileri(x, egitim=True)
        g = (tahmin - y) / len(x)
        for k in reversed(self.katmanlar):
            g = k.geri(g, hiz)
        return kayip(tahmin, y)


def kayip(t, y):
    t = np.clip(t, 1e-9, 1 - 1e-9)
    return -np.mean(y * np.log(t) + (1 - y) * np.log(1 - t))


def musteriler(n, rasgele):
    """gelir, borc, yas, gecikme, kart sayisi, is yili, cocuk, kira"""
    x = rasgele.randn(n, 8)
    puan = x[:, 0] - 1.2 * x[:, 1] - np.abs(x[:, 3]) + 0.5 * x[:, 5] * (x[:, 2] > 0) + 0.6
    y = (puan + 0.3 * rasgele.randn(n) > 0).astype(float)
    return x, y.reshape(-1, 1)


if __name__ == "__main__":
    rasgele = np.random.RandomState(34)
    x, y = musteriler(400, rasgele)
    x_d, y_d = musteriler(150, rasgele)

    ag = Ag([
        Yogun(8, 24, rasgele), Relu(), Seyreltme(0.7, rasgele),
        Yogun(24, 12, rasgele), Relu(), Seyreltme(0.8, rasgele),
        Yogun(12, 1, rasgele),
    ])
    for tur in range(60):
        sira = rasgele.permutation(len(x))
        toplam = 0
        for i in range(0, len(x), 40):
            s = sira[i:i + 40]
            toplam += ag.egit(x[s], y[s], hiz=0.1)
        if tur % 10 == 0 or tur == 59:
            t = ag.ileri(x_d)
            print("tur %2d  egitim kaybi %.4f  deneme kaybi %.4f  dogruluk %.3f"
                  % (tur, toplam / 10, kayip(t, y_d), np.mean((t > 0.5) == y_d)))
