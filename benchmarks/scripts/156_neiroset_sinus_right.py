# Prostaya neironnaya set: priblizhaem sin(x), po odnomu primeru za shag
import numpy as np

np.random.seed(31)

def aktivaciya(s):
    return np.tanh(s)

def proizvodnaya(vyhod):
    # tanh' cherez sam vyhod sloya
    return 1 - vyhod ** 2

class Set:
    def __init__(self, razmery):
        self.vesa = []
        self.sdvigi = []
        for vhod, vyhod in zip(razmery[:-1], razmery[1:]):
            self.vesa.append(np.random.randn(vyhod, vhod) / np.sqrt(vhod))
            self.sdvigi.append(np.random.randn(vyhod, 1) * 0.1)

    def vpered(self, x):
        self.vyhody = [x]
        poslednii = len(self.vesa) - 1
        for i in range(len(self.vesa)):
            s = self.vesa[i].dot(self.vyhody[-1]) + self.sdvigi[i]
            self.vyhody.append(s if i == poslednii else aktivaciya(s))
        return self.vyhody[-1]

    def nazad(self, otvet, skorost):
        delta = self.vyhody[-1] - otvet
        for i in reversed(range(len(self.vesa))):
            grad_vesa = delta.dot(self.vyhody[i].T)
            grad_sdvig = delta
            if i > 0:
                delta = self.vesa[i].T.dot(delta) * proizvodnaya(self.vyhody[i])
            self.vesa[i] -= skorost * grad_vesa
            self.sdvigi[i] -= skorost * grad_sdvig

set_ = Set([1, 12, 8, 1])
tochki = np.linspace(-np.pi, np.pi, 60)
skorost = 0.03

for epoha in range(300):
    oshibka = 0.0
    for t in np.random.permutation(tochki):
        x = np.array([[t]])
        otvet = np.sin(x)
        vyhod = set_.vpered(x)
        oshibka += 0.5 * ((vyhod - otvet) ** 2).item()
        set_.nazad(otvet, skorost)
    if epoha % 50 == 0:
        print('epoha %d, srednyaya oshibka %.6f' % (epoha, oshibka / len(tochki)))

for t in (-2.0, -0.5, 0.0, 1.0, 2.5):
    print(t, float(np.sin(t)), set_.vpered(np.array([[t]])).item())
