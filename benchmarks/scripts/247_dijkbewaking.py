import numpy as np


class Dijknet:
    """Voorspelt zetting en waterspanning uit zes sensoren.  Kolommen zijn metingen."""

    def __init__(self, n_in, n_verborgen, n_uit, zaad=0):
        r = np.random.RandomState(zaad)
        self.Wa = r.randn(n_verborgen, n_in) / np.sqrt(n_in)
        self.ba = np.zeros((n_verborgen, 1))
        self.Wb = r.randn(n_verborgen, n_verborgen) / np.sqrt(n_verborgen)
        self.bb = np.zeros((n_verborgen, 1))
        self.Wc = r.randn(n_uit, n_verborgen) / np.sqrt(n_verborgen)
        self.bc = np.zeros((n_uit, 1))

    def vooruit(self, X):
        self.X = X
        self.Ha = np.tanh(self.Wa @ X + self.ba)
        self.Hb = np.tanh(self.Wb @ self.Ha + self.bb)
        self.Y = self.Wc @ self.Hb + self.bc
        return self.Y

    def kosten(self, X, T):
        return np.sum((self.vooruit(X) - T) ** 2) / (2 * X.shape[1])

    def terug(self, T):
        m = T.shape[1]
        fout_c = (self.Y - T) / m
        self.gWc = fout_c @ self.Hb.T
        self.gbc = fout_c.sum(axis=1, keepdims=True)
        fout_b = (self.Wc.T @ fout_c) * (1 - self.Hb * self.Hb)
        self.gWb = fout_b @ self.Ha.T
        self.gbb = fout_b.sum(axis=1, keepdims=True)
        fout_a = (self.Wb @ fout_b) * (1 - self.Ha * self.Ha)
        self.gWa = fout_a @ self.X.T
        self.gba = fout_a.sum(axis=1, keepdims=True)

    def stap(self, eta):
        for p in ("Wa", "ba", "Wb", "bb", "Wc", "bc"):
            setattr(self, p, getattr(self, p) - eta * getattr(self, "g" + p))


rs = np.random.RandomState(5)
metingen = rs.randn(6, 150)
doel = np.vstack([np.tanh(metingen[0] + metingen[1]) - 0.3 * metingen[2],
                  0.5 * metingen[3] * np.tanh(metingen[4])])
net = Dijknet(6, 10, 2, zaad=3)
for ronde in range(600):
    net.vooruit(metingen)
    net.terug(doel)
    net.stap(0.1)
    if ronde % 150 == 0:
        print("ronde %4d   kosten %.4f" % (ronde, net.kosten(metingen, doel)))
print("eindkosten", net.kosten(metingen, doel))
