# Aproximarea unui potential 2D (Muller-Brown redus) cu o retea adanca
# Laborator de chimie computationala, student: Andrei Popescu
import numpy as np

np.random.seed(1859)


def potential(x, y):
    return (-2.0 * np.exp(-(x - 0.8) ** 2 - 4 * y ** 2)
            - 1.0 * np.exp(-3 * (x + 0.7) ** 2 - (y - 0.5) ** 2)
            + 0.4 * (x ** 2 + y ** 2))


# puncte de antrenare
P = np.random.uniform(-1.5, 1.5, (180, 2))
V = potential(P[:, 0], P[:, 1]).reshape(-1, 1)
V = (V - np.mean(V)) / np.std(V)

n = 10   # neuroni pe strat
W1 = np.random.randn(2, n) * 1.0
W2 = np.random.randn(n, n) / np.sqrt(n)
W3 = np.random.randn(n, n) / np.sqrt(n)
W4 = np.random.randn(n, 1) / np.sqrt(n)
b1, b2, b3, b4 = np.random.randn(1, n) * 0.5, np.zeros((1, n)), np.zeros((1, n)), np.zeros((1, 1))

rata = 0.05
lot = 30

for epoca in range(120):
    amestec = np.random.permutation(len(P))
    cost = 0
    for k in range(0, len(P), lot):
        sel = amestec[k:k + lot]
        X, T = P[sel], V[sel]

        # inainte
        H1 = np.tanh(np.dot(X, W1) + b1)
        H2 = np.tanh(np.dot(H1, W2) + b2)
        H3 = np.tanh(np.dot(H2, W3) + b3)
        O = np.dot(H3, W4) + b4

        E = O - T
        cost += np.sum(E ** 2) / 2

        # inapoi
        dO = E / len(X)
        dH3 = np.dot(dO, W4.T)
        dZ3 = dH3 * (1 - H3 * H3)
        dH2 = np.dot(dZ3, W3.T)
        dZ2 = dH2 * (1 - H2 * H2)
        dH1 = np.dot(dZ2, W3.T)
        dZ1 = dH1 * (1 - H1 * H1)

        # actualizare
        W4 = W4 - rata * np.dot(H3.T, dO)
        b4 = b4 - rata * np.sum(dO, axis=0, keepdims=True)
        W3 = W3 - rata * np.dot(H2.T, dZ3)
        b3 = b3 - rata * np.sum(dZ3, axis=0, keepdims=True)
        W2 = W2 - rata * np.dot(H1.T, dZ2)
        b2 = b2 - rata * np.sum(dZ2, axis=0, keepdims=True)
        W1 = W1 - rata * np.dot(X.T, dZ1)
        b1 = b1 - rata * np.sum(dZ1, axis=0, keepdims=True)

    if (epoca + 1) % 20 == 0:
        print("Epoca", epoca + 1, " cost mediu:", "%.5f" % (cost / len(P)))

# un profil de-a lungul axei x
x = np.linspace(-1.5, 1.5, 7)
h = np.c_[x, np.zeros(7)]
for W, b in ((W1, b1), (W2, b2), (W3, b3)):
    h = np.tanh(h @ W + b)
print(np.round((h @ W4 + b4).ravel(), 2))
