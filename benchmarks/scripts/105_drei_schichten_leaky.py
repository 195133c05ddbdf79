# Übungsblatt 5, Aufgabe 2: Netz mit zwei verdeckten Schichten
import numpy as np

zufall = np.random.RandomState(5)
merkmale = zufall.randn(50, 6)
preis = (merkmale[:, :1] * 2 - merkmale[:, 1:2] * merkmale[:, 2:3]) / 2

def lrelu(z):
    return np.where(z > 0, z, 0.01 * z)

def lrelu_ableitung(z):
    g = np.ones_like(z)
    g[z <= 0] = 0.01
    return g

gewichte = {
    "eingang": zufall.randn(6, 10) * np.sqrt(2 / 6),
    "mitte": zufall.randn(10, 7) * np.sqrt(2 / 10),
    "ausgang": zufall.randn(7, 1) * np.sqrt(1 / 7),
}
schwellen = {"eingang": np.zeros(10), "mitte": np.zeros(7), "ausgang": np.zeros(1)}
lernrate = 0.02

for durchgang in range(120):
    # vorwärts
    netz1 = merkmale @ gewichte["eingang"] + schwellen["eingang"]
    aus1 = lrelu(netz1)
    netz2 = aus1 @ gewichte["mitte"] + schwellen["mitte"]
    aus2 = lrelu(netz2)
    schaetzung = aus2 @ gewichte["ausgang"] + schwellen["ausgang"]
    kosten = ((schaetzung - preis) ** 2).mean() / 2

    # rückwärts
    d3 = (schaetzung - preis) / len(preis)
    d2 = d3 @ gewichte["ausgang"].T
    d1 = (d2 @ gewichte["mitte"].T) * lrelu_ableitung(netz1)
    aenderung = {
        "ausgang": (aus2.T @ d3, d3.sum(0)),
        "mitte": (aus1.T @ d2, d2.sum(0)),
        "eingang": (merkmale.T @ d1, d1.sum(0)),
    }
    for schicht, (dw, db) in aenderung.items():
        gewichte[schicht] -= lernrate * dw
        schwellen[schicht] -= lernrate * db
    if durchgang % 40 == 0:
        print(durchgang, round(kosten, 5))
