# Semestralni prace: klasifikace vin (dobre / spatne) podle 4 mereni
# Aktivacni funkce: arkus tangens, vystup sigmoida
# autor: Tomas H., 2. rocnik
import numpy as np


def arctan(x):
    return np.arctan(x)


def arctan_derivace(x):
    return 1.0 / (1.0 + x ** 2)


def sigmoida(x):
    return 1.0 / (1.0 + np.exp(-x))


class Sit:
    def __init__(self, velikosti, rychlost=0.5, seminko=0):
        gen = np.random.RandomState(seminko)
        self.rychlost = rychlost
        self.vahy = []
        self.prahy = []
        for vstup, vystup in zip(velikosti[:-1], velikosti[1:]):
            self.vahy.append(gen.randn(vstup, vystup) * np.sqrt(2.0 / (vstup + vystup)))
            self.prahy.append(np.zeros((1, vystup)))

    def dopredu(self, X):
        self.soucty = []
        self.hodnoty = [X]
        for i in range(len(self.vahy)):
            z = self.hodnoty[-1].dot(self.vahy[i]) + self.prahy[i]
            self.soucty.append(z)
            if i == len(self.vahy) - 1:
                self.hodnoty.append(sigmoida(z))
            else:
                self.hodnoty.append(arctan(z))
        return self.hodnoty[-1]

    def ztrata(self, X, y):
        p = np.clip(self.dopredu(X), 1e-10, 1 - 1e-10)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    def zpet(self, y):
        m = len(y)
        delta = (self.hodnoty[-1] - y) / m
        zmeny_vah, zmeny_prahu = [], []
        for i in reversed(range(len(self.vahy))):
            zmeny_vah.insert(0, self.hodnoty[i].T.dot(delta))
            zmeny_prahu.insert(0, np.sum(delta, axis=0, keepdims=True))
            if i > 0:
                delta = delta.dot(self.vahy[i].T) * arctan_derivace(self.hodnoty[i])
        return zmeny_vah, zmeny_prahu

    def uc(self, X, y, epochy):
        for e in range(1, epochy + 1):
            self.dopredu(X)
            zmeny_vah, zmeny_prahu = self.zpet(y)
            for i in range(len(self.vahy)):
                self.vahy[i] -= self.rychlost * zmeny_vah[i]
                self.prahy[i] -= self.rychlost * zmeny_prahu[i]
            if e % 200 == 0:
                print("epocha", e, "ztrata", round(self.ztrata(X, y), 5))


def vyrob_data(n, gen):
    X = gen.randn(n, 4)
    # kyselost, cukr, alkohol, siricitany
    znamka = 1.5 - X[:, 0] ** 2 - 0.7 * (X[:, 1] - 0.4 * X[:, 2]) ** 2 + 0.8 * X[:, 2] - 0.3 * X[:, 3]
    return X, (znamka > 0).astype(float).reshape(-1, 1)


gen = np.random.RandomState(77)
X, y = vyrob_data(300, gen)
Xtest, ytest = vyrob_data(100, gen)

sit = Sit([4, 10, 6, 1], rychlost=0.8, seminko=5)
print("na zacatku", round(sit.ztrata(X, y), 5))
sit.uc(X, y, 1000)
print("presnost na testu: %.1f %%" % (100 * np.mean((sit.dopredu(Xtest) > 0.5) == ytest)))
