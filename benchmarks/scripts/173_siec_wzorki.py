# Siec w stylu tej znanej ksiazki online, napisana z pamieci na laboratoria (gr. 3).
# Rozpoznaje cztery zaszumione wzorki 4x3.
import random

import numpy as np


def sigma(z):
    return 1.0 / (1.0 + np.exp(-z))


class Siec:
    def __init__(self, rozmiary, lam=0.0):
        self.rozmiary = rozmiary
        self.L = len(rozmiary)
        self.lam = lam
        self.obc = [np.random.randn(n, 1) for n in rozmiary[1:]]
        self.wagi = [np.random.randn(n, m) / np.sqrt(m) for m, n in zip(rozmiary[:-1], rozmiary[1:])]

    def przod(self, a):
        for w, b in zip(self.wagi, self.obc):
            a = sigma(w @ a + b)
        return a

    def koszt(self, dane):
        c = 0.0
        for x, y in dane:
            a = self.przod(x)
            c += -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)) / len(dane)
        # regularyzacja tylko na wagach
        return c + 0.5 * self.lam / len(dane) * sum(np.sum(w ** 2) for w in self.wagi)

    def wstecz(self, x, y):
        db = [None] * (self.L - 1)
        dw = [None] * (self.L - 1)
        akt = [x]
        for w, b in zip(self.wagi, self.obc):
            akt.append(sigma(w @ akt[-1] + b))
        delta = akt[-1] - y          # entropia krzyzowa: bez sigma'
        db[-1] = delta
        dw[-1] = delta @ akt[-2].T
        for k in range(2, self.L):
            a = akt[-k]
            delta = (self.wagi[-k + 1].T @ delta) * a * (1 - a)
            db[-k] = delta
            dw[-k] = delta @ akt[-k - 1].T
        return db, dw

    def krok(self, paczka, eta, n):
        suma_b = [np.zeros_like(b) for b in self.obc]
        suma_w = [np.zeros_like(w) for w in self.wagi]
        for x, y in paczka:
            db, dw = self.wstecz(x, y)
            suma_b = [s + d for s, d in zip(suma_b, db)]
            suma_w = [s + d for s, d in zip(suma_w, dw)]
        m = len(paczka)
        self.wagi = [(1 - eta * self.lam / n) * w - eta / m * s for w, s in zip(self.wagi, suma_w)]
        self.obc = [b - eta / m * s for b, s in zip(self.obc, suma_b)]

    def ucz(self, dane, epoki, rozmiar_paczki, eta):
        n = len(dane)
        for e in range(epoki):
            random.shuffle(dane)
            for k in range(0, n, rozmiar_paczki):
                self.krok(dane[k:k + rozmiar_paczki], eta, n)
            if e % 5 == 0:
                print("epoka", e, "koszt %.4f" % self.koszt(dane))


if __name__ == "__main__":
    random.seed(11)
    np.random.seed(11)
    wzorki = np.random.randint(0, 2, (4, 12))
    dane = []
    for i in range(120):
        klasa = i % 4
        x = (wzorki[klasa] + 0.3 * np.random.randn(12)).reshape(12, 1)
        y = np.zeros((4, 1))
        y[klasa] = 1.0
        dane.append((x, y))
    siec = Siec([12, 9, 4], lam=0.2)
    siec.ucz(dane, 31, 10, 0.8)
    trafione = sum(int(np.argmax(siec.przod(x)) == np.argmax(y)) for x, y in dane)
    print("trafione:", trafione, "/", len(dane))
