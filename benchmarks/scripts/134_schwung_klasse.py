# Regression mit Schwungterm (Momentum), Uebungsblatt 7
import numpy as np


class Schwung:
    def __init__(self, lernrate, mu):
        self.lernrate = lernrate
        self.mu = mu
        self.geschwindigkeit = None

    def schritt(self, gewichte, gradienten):
        if self.geschwindigkeit is None:
            self.geschwindigkeit = [np.zeros(g.shape) for g in gradienten]
        for i, g in enumerate(gradienten):
            self.geschwindigkeit[i] = self.mu * self.geschwindigkeit[i] + self.lernrate * g
            gewichte[i] -= self.lernrate * self.geschwindigkeit[i]


class Netz:
    def __init__(self, schichten):
        self.gewichte = []
        for vorher, nachher in zip(schichten[:-1], schichten[1:]):
            self.gewichte.append(np.random.normal(0, 1 / np.sqrt(vorher), (vorher, nachher)))
            self.gewichte.append(np.zeros((1, nachher)))

    def vorwaerts(self, x):
        W1, b1, W2, b2 = self.gewichte
        self.eingabe = x
        self.verdeckt = np.tanh(x @ W1 + b1)
        self.ausgabe = self.verdeckt @ W2 + b2
        return self.ausgabe

    def rueckwaerts(self, soll):
        W1, b1, W2, b2 = self.gewichte
        n = soll.shape[0]
        fehler = 2 * (self.ausgabe - soll) / n
        verdeckt_fehler = (fehler @ W2.T) * (1 - self.verdeckt**2)
        return [
            self.eingabe.T @ verdeckt_fehler,
            np.sum(verdeckt_fehler, axis=0, keepdims=True),
            self.verdeckt.T @ fehler,
            np.sum(fehler, axis=0, keepdims=True),
        ]


def mittlerer_fehler(ist, soll):
    return np.mean((ist - soll) ** 2)


np.random.seed(5)
x = np.linspace(-3, 3, 90).reshape(-1, 1)
soll = np.sin(1.5 * x) + 0.3 * x + 0.05 * np.random.randn(90, 1)

netz = Netz([1, 10, 1])
optimierer = Schwung(lernrate=0.1, mu=0.9)

verlauf = []
for epoche in range(1000):
    ist = netz.vorwaerts(x)
    verlauf.append(mittlerer_fehler(ist, soll))
    gradienten = netz.rueckwaerts(soll)
    optimierer.schritt(netz.gewichte, gradienten)
    if epoche % 200 == 0:
        print(f"Epoche {epoche}: Fehler {verlauf[-1]:.5f}")

print("Endfehler:", mittlerer_fehler(netz.vorwaerts(x), soll))
