# Ergasia 3 - Nevronika diktya
# Taksinomisi elaioladou se 4 perioxes (synthetika dedomena), me kanonikopoiisi L2
import numpy as np

np.random.seed(1821)

plithos, xarakt, klaseis = 160, 8, 4
kentra = np.random.randn(klaseis, xarakt) * 1.2
etik = np.random.randint(0, klaseis, plithos)
X = kentra[etik] + np.random.randn(plithos, xarakt)
Y = np.zeros((plithos, klaseis))
Y[np.arange(plithos), etik] = 1

lamda = 0.01
alpha = 0.25


class Diktyo:
    def __init__(self, krymmena):
        self.W1 = np.random.randn(xarakt, krymmena) * 0.4
        self.b1 = np.zeros((1, krymmena))
        self.W2 = np.random.randn(krymmena, klaseis) * 0.4
        self.b2 = np.zeros((1, klaseis))

    def provlepsi(self, X):
        self.A1 = 1.0 / (1.0 + np.exp(-(X.dot(self.W1) + self.b1)))
        Z2 = self.A1.dot(self.W2) + self.b2
        E = np.exp(Z2 - np.max(Z2, axis=1, keepdims=True))
        self.P = E / np.sum(E, axis=1, keepdims=True)
        return self.P

    def kostos(self, Y):
        dedomena = -np.sum(Y * np.log(self.P)) / Y.shape[0]
        poini = lamda / 2 * (np.sum(self.W1 ** 2) + np.sum(self.W2 ** 2))
        return dedomena + poini

    def vima(self, X, Y):
        m = Y.shape[0]
        d2 = (self.P - Y) / m
        d1 = d2.dot(self.W2.T) * self.A1 * (1 - self.A1)
        # enimerosi: W <- W - alpha * (klisi + lamda * W)
        self.W2 += -alpha * self.A1.T.dot(d2) + alpha * lamda * self.W2
        self.b2 += -alpha * d2.sum(axis=0, keepdims=True)
        self.W1 += -alpha * X.T.dot(d1) + alpha * lamda * self.W1
        self.b1 += -alpha * d1.sum(axis=0, keepdims=True)


diktyo = Diktyo(10)
istoriko = []
for epoxi in range(301):
    diktyo.provlepsi(X)
    istoriko.append(diktyo.kostos(Y))
    diktyo.vima(X, Y)
    if epoxi % 50 == 0:
        print("epoxi", epoxi, "kostos %.4f" % istoriko[-1])
print("akriveia:", (diktyo.provlepsi(X).argmax(axis=1) == etik).mean())
