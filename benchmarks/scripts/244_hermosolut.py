# Hermosolut olioina. Kirjoitettu lukion ohjelmointikerhoon: ei kirjastoja, kaikki näkyy.
# Verkko oppii, osuuko tikka tauluun (kaksi rengasta: sisempi ja ulompi).
import math
import random


class Hermosolu:
    def __init__(self, sisaantuloja):
        self.painot = [random.uniform(-1.0, 1.0) for _ in range(sisaantuloja)]
        self.kynnys = random.uniform(-0.5, 0.5)
        self.arvo = 0.0
        self.virhe = 0.0
        self.syote = None

    def laske(self, syote):
        self.syote = syote
        summa = self.kynnys
        for p, s in zip(self.painot, syote):
            summa += p * s
        self.arvo = 1.0 / (1.0 + math.exp(-summa))
        return self.arvo

    def kulma(self):
        return self.arvo * (1.0 - self.arvo)

    def korjaa(self, nopeus):
        for i in range(len(self.painot)):
            self.painot[i] += nopeus * self.virhe * self.syote[i]
        self.kynnys += nopeus * self.virhe


class Kerros:
    def __init__(self, koko, sisaantuloja):
        self.solut = [Hermosolu(sisaantuloja) for _ in range(koko)]

    def laske(self, syote):
        return [s.laske(syote) for s in self.solut]

    def korjaa(self, nopeus):
        for s in self.solut:
            s.korjaa(nopeus)


class Verkko:
    def __init__(self, *koot):
        self.kerrokset = [Kerros(b, a) for a, b in zip(koot, koot[1:])]

    def laske(self, syote):
        for k in self.kerrokset:
            syote = k.laske(syote)
        return syote

    def opeta(self, syote, tavoite, nopeus):
        tulos = self.laske(syote)

        viimeinen = self.kerrokset[-1]
        for s, t in zip(viimeinen.solut, tavoite):
            s.virhe = (t - s.arvo) * s.kulma()

        for n in range(len(self.kerrokset) - 2, -1, -1):
            seuraava = self.kerrokset[n + 1]
            for i, s in enumerate(self.kerrokset[n].solut):
                s.virhe = sum(q.virhe * q.painot[i] for q in seuraava.solut) * s.kulma()

        # vasta nyt, kun kaikki virheet on laskettu
        for k in self.kerrokset:
            k.korjaa(nopeus)

        return sum(0.5 * (t - o) ** 2 for t, o in zip(tavoite, tulos))


def heitto():
    x, y = random.uniform(-1, 1), random.uniform(-1, 1)
    r = math.hypot(x, y)
    return [x, y], [1.0 if r < 0.8 else 0.0, 1.0 if r < 0.4 else 0.0]


if __name__ == "__main__":
    random.seed(1917)
    heitot = [heitto() for _ in range(120)]
    verkko = Verkko(2, 8, 5, 2)
    for kierros in range(1, 81):
        random.shuffle(heitot)
        virhe = 0.0
        for syote, tavoite in heitot:
            virhe += verkko.opeta(syote, tavoite, 1.0)
        if kierros % 16 == 0:
            print("kierros", kierros, "virhe", round(virhe / len(heitot), 4))
    for paikka in ([0.0, 0.0], [0.6, 0.0], [0.9, 0.9]):
        print(paikka, [round(v, 2) for v in verkko.laske(paikka)])
