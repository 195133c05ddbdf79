# La mia prima rete neurale! Riconosce se un numero a 4 bit appartiene a certe classi:
# uscita 0 = primo, uscita 1 = multiplo di tre, uscita 2 = maggiore di sette
import numpy as np

np.random.seed(90)


class Rete:

    def __init__(self, ingressi, nascosti, uscite):
        self.V = np.random.uniform(-1, 1, (nascosti, ingressi))
        self.bv = np.zeros(nascosti)
        self.U = np.random.uniform(-1, 1, (uscite, nascosti))
        self.bu = np.zeros(uscite)
        self.azzera()

    def azzera(self):
        self.gV, self.gbv = np.zeros_like(self.V), np.zeros_like(self.bv)
        self.gU, self.gbu = np.zeros_like(self.U), np.zeros_like(self.bu)

    def avanti(self, x):
        self.h = np.tanh(self.V.dot(x) + self.bv)
        return 1 / (1 + np.exp(-(self.U.dot(self.h) + self.bu)))

    def indietro(self, x, o, t):
        # entropia incrociata + sigmoide: l'errore e' semplicemente o - t
        do = o - t
        self.gU += np.outer(do, self.h)
        self.gbu += do
        dh = self.U.T.dot(do) * (1 - self.h ** 2)
        self.gV += np.outer(dh, x)
        self.gbv += dh

    def aggiorna(self, passo, quanti):
        self.V -= passo * self.gV / quanti
        self.bv -= passo * self.gbv / quanti
        self.U -= passo * self.gU / quanti
        self.bu -= passo * self.gbu / quanti


numeri = range(16)
ingressi = np.array([[(n >> b) & 1 for b in (3, 2, 1, 0)] for n in numeri], dtype=float)
primi = {2, 3, 5, 7, 11, 13}
obiettivi = np.array([[n in primi, n % 3 == 0, n > 7] for n in numeri], dtype=float)

rete = Rete(4, 10, 3)
for epoca in range(500):
    # prima tutte le uscite, poi tutti gli errori
    uscite = [rete.avanti(x) for x in ingressi]
    rete.azzera()
    perdita = 0
    for x, o, t in zip(ingressi, uscite, obiettivi):
        perdita += -(t * np.log(o) + (1 - t) * np.log(1 - o)).sum()
        rete.indietro(x, o, t)
    rete.aggiorna(0.5, len(ingressi))
    if epoca % 100 == 0:
        print('epoca', epoca, 'perdita', round(perdita / len(ingressi), 4))

print('  n  primo  tre  >7')
for n, x in zip(numeri, ingressi):
    print('%3d  %5.2f %4.2f %4.2f' % ((n,) + tuple(rete.avanti(x))))
