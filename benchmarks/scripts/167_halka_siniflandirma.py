# Yapay sinir agi odevi: halka seklindeki veriyi siniflandir (2 sinif)
import numpy as np

np.random.seed(1453)


def veri_uret(adet):
    aci = np.random.uniform(0, 2 * np.pi, adet)
    sinif = np.random.randint(0, 2, adet)
    yaricap = np.where(sinif == 1, 1.5, 0.6) + 0.15 * np.random.randn(adet)
    return np.array([yaricap * np.cos(aci), yaricap * np.sin(aci)]).T, sinif.reshape(-1, 1)


def tanh_turev(cikti):
    return 1 - cikti


class YapaySinirAgi:
    def __init__(self, giris, gizli, ogrenme_hizi):
        self.agirlik1 = np.random.randn(giris, gizli)
        self.sapma1 = np.random.randn(1, gizli) * 0.1
        self.agirlik2 = np.random.randn(gizli, 1)
        self.sapma2 = np.zeros((1, 1))
        self.hiz = ogrenme_hizi

    def ileri(self, x):
        self.gizli = np.tanh(x @ self.agirlik1 + self.sapma1)
        self.cikti = 1 / (1 + np.exp(-(self.gizli @ self.agirlik2 + self.sapma2)))
        return self.cikti

    def geri(self, x, hedef):
        adet = x.shape[0]
        hata = (self.cikti - hedef) / adet
        gizli_hata = hata @ self.agirlik2.T * tanh_turev(self.gizli)

        self.agirlik2 -= self.hiz * (self.gizli.T @ hata)
        self.sapma2 -= self.hiz * hata.sum(axis=0, keepdims=True)
        self.agirlik1 -= self.hiz * (x.T @ gizli_hata)
        self.sapma1 -= self.hiz * gizli_hata.sum(axis=0, keepdims=True)

    def kayip(self, hedef):
        c = np.clip(self.cikti, 1e-10, 1 - 1e-10)
        return -np.mean(hedef * np.log(c) + (1 - hedef) * np.log(1 - c))


x, hedef = veri_uret(200)
ag = YapaySinirAgi(giris=2, gizli=6, ogrenme_hizi=0.5)

for adim in range(1, 601):
    ag.ileri(x)
    ag.geri(x, hedef)
    if adim % 100 == 0 or adim == 1:
        dogruluk = ((ag.cikti > 0.5) == hedef).mean() * 100
        print(f"adim {adim:4d}  kayip {ag.kayip(hedef):.4f}  dogruluk %{dogruluk:.1f}")

x_test, hedef_test = veri_uret(100)
print("test dogrulugu: %", ((ag.ileri(x_test) > 0.5) == hedef_test).mean() * 100)
