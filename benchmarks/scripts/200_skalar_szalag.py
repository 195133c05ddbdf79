"""Automatikus derivalas szalaggal, kezzel irt visszalepessel - csak a beepitett Python kell hozza.
(blogbejegyzes: "Hogyan mukodik egy neuralis halo, harom delutan alatt", 2. resz)"""
import math
import random


class Szalag:
    """A muveletek sorrendben kerulnek a szalagra, visszafele jatsszuk le."""

    def __init__(self):
        self.lepesek = []

    def vissza(self, vegso):
        vegso.grad = 1.0
        for lepes in reversed(self.lepesek):
            lepes()


class Szam:
    def __init__(self, ertek, szalag=None):
        self.ertek = ertek
        self.grad = 0.0
        self.szalag = szalag


def szoroz(sz, a, b):
    ki = Szam(a.ertek * b.ertek, sz)

    def lepes():
        a.grad += b.ertek * ki.grad
        b.grad += a.ertek * ki.grad
    sz.lepesek.append(lepes)
    return ki


def osszead(sz, tagok):
    ki = Szam(sum(t.ertek for t in tagok), sz)

    def lepes():
        for t in tagok:
            t.grad += ki.grad
    sz.lepesek.append(lepes)
    return ki


def tanh(sz, a):
    th = math.tanh(a.ertek)
    ki = Szam(th, sz)

    def lepes():
        a.grad += (1 - th * th) * ki.grad
    sz.lepesek.append(lepes)
    return ki


def logisztikus_veszteseg(sz, pont, cimke):
    """ln(1 + e^(-cimke * pont)), cimke = -1 vagy 1"""
    m = cimke * pont.ertek
    ki = Szam(math.log(1 + math.exp(-m)), sz)

    def lepes():
        pont.grad += -cimke / (1 + math.exp(m)) * ki.grad
    sz.lepesek.append(lepes)
    return ki


random.seed(1848)
REJTETT = 6
W1 = [[Szam(random.gauss(0, 1)) for _ in range(2)] for _ in range(REJTETT)]
b1 = [Szam(0.0) for _ in range(REJTETT)]
W2 = [Szam(random.gauss(0, 0.6)) for _ in range(REJTETT)]
b2 = Szam(0.0)
parameterek = [w for sor in W1 for w in sor] + b1 + W2 + [b2]

# ket gyuru
adatok = []
for i in range(32):
    szog = random.random() * 2 * math.pi
    r = 0.5 if i % 2 else 1.4
    adatok.append((r * math.cos(szog) + random.gauss(0, .08), r * math.sin(szog) + random.gauss(0, .08),
                   1 if i % 2 else -1))


def halo(sz, x, y):
    be = [Szam(x), Szam(y)]
    rejtett = []
    for sor, b in zip(W1, b1):
        rejtett.append(tanh(sz, osszead(sz, [szoroz(sz, w, v) for w, v in zip(sor, be)] + [b])))
    return osszead(sz, [szoroz(sz, w, h) for w, h in zip(W2, rejtett)] + [b2])


for kor in range(60):
    sz = Szalag()
    vesztesegek, talalat = [], 0
    for x, y, cimke in adatok:
        pont = halo(sz, x, y)
        talalat += (pont.ertek > 0) == (cimke > 0)
        vesztesegek.append(logisztikus_veszteseg(sz, pont, cimke))
    atlag = szoroz(sz, osszead(sz, vesztesegek), Szam(1 / len(adatok)))
    for p in parameterek:
        p.grad = 0.0
    sz.vissza(atlag)
    tanulas = 1.0 - 0.5 * kor / 60
    for p in parameterek:
        p.ertek -= tanulas * p.grad
    if kor % 10 == 9:
        print(f"{kor + 1}. kor: veszteseg {atlag.ertek:.4f}, talalat {talalat}/{len(adatok)}")
