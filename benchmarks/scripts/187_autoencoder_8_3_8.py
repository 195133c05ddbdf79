# Il classico 8-3-8: la rete deve inventarsi un codice binario da sola.
# Corso di Intelligenza Artificiale, esercitazione facoltativa.
import numpy as np

np.set_printoptions(precision=2, suppress=True)


class Autoencoder:
    def __init__(self, n_visibili, n_nascosti, seme=0):
        gen = np.random.default_rng(seme)
        # ogni matrice ha una riga in piu' per il bias
        self.codifica = gen.uniform(-0.6, 0.6, (n_visibili + 1, n_nascosti))
        self.decodifica = gen.uniform(-0.6, 0.6, (n_nascosti + 1, n_visibili))

    @staticmethod
    def _con_uno(a):
        return np.c_[a, np.ones(a.shape[0])]

    @staticmethod
    def _logistica(s):
        return 1.0 / (1.0 + np.exp(-s))

    def codice(self, v):
        return self._logistica(self._con_uno(v) @ self.codifica)

    def ricostruisci(self, v):
        return self._logistica(self._con_uno(self.codice(v)) @ self.decodifica)

    def errore(self, v):
        return 0.5 * ((self.ricostruisci(v) - v) ** 2).sum()

    def addestra(self, v, passi, eta):
        for passo in range(passi):
            ingresso = self._con_uno(v)
            h = self._logistica(ingresso @ self.codifica)
            h1 = self._con_uno(h)
            u = self._logistica(h1 @ self.decodifica)

            delta_u = (v - u) * u * (1 - u)
            # la riga del bias non torna indietro
            delta_h = (delta_u @ self.decodifica[:-1].T) * h * (1 - h)

            self.decodifica += eta * h1.T @ delta_u
            self.codifica += eta * ingresso.T @ delta_h
            if passo % 1000 == 0:
                print(f"passo {passo:5d}   E = {self.errore(v):.4f}")


if __name__ == "__main__":
    dati = np.eye(8)
    rete = Autoencoder(8, 3, seme=4)
    rete.addestra(dati, 6001, 0.9)
    print("codici interni:")
    print(rete.codice(dati))
    print("arrotondati:", ["".join(str(int(round(b))) for b in r) for r in rete.codice(dati)])
