# Practicum neurale netwerken, opgave 4
# Elke kolom is een meting. Drie verborgen lagen van 8, twee uitgangen (x en y van de grijper).
import numpy as np

np.random.seed(12)

m = 200
hoeken = np.random.uniform(-np.pi / 2, np.pi / 2, (3, m))
arm = np.array([1.0, 0.7, 0.4])
som = np.cumsum(hoeken, axis=0)
Y = np.vstack([(arm[:, None] * np.cos(som)).sum(axis=0), (arm[:, None] * np.sin(som)).sum(axis=0)])
X = hoeken


def sigma(z):
    return 1 / (1 + np.exp(-z))


W1 = np.random.randn(8, 3) * 1.2
W2 = np.random.randn(8, 8) * 1.0
W3 = np.random.randn(8, 8) * 1.0
W4 = np.random.randn(2, 8) * 0.5
b1 = np.zeros((8, 1))
b2 = np.zeros((8, 1))
b3 = np.zeros((8, 1))
b4 = np.zeros((2, 1))

alfa = 0.4

for ronde in range(3001):
    # heen
    A1 = sigma(W1 @ X + b1)
    A2 = sigma(W2 @ A1 + b2)
    A3 = sigma(W3 @ A2 + b3)
    U = W4 @ A3 + b4

    J = np.sum((U - Y) ** 2) / (2 * m)

    # terug
    D4 = (U - Y) / m
    D3 = (W4.T @ D4) * A3 * (1 - A3)
    D2 = (W3 @ D3) * A2 * (1 - A2)
    D1 = (W2.T @ D2) * A1 * (1 - A1)

    dW4, db4 = D4 @ A3.T, D4.sum(axis=1, keepdims=True)
    dW3, db3 = D3 @ A2.T, D3.sum(axis=1, keepdims=True)
    dW2, db2 = D2 @ A1.T, D2.sum(axis=1, keepdims=True)
    dW1, db1 = D1 @ X.T, D1.sum(axis=1, keepdims=True)

    W4, b4 = W4 - alfa * dW4, b4 - alfa * db4
    W3, b3 = W3 - alfa * dW3, b3 - alfa * db3
    W2, b2 = W2 - alfa * dW2, b2 - alfa * db2
    W1, b1 = W1 - alfa * dW1, b1 - alfa * db1

    if ronde % 500 == 0:
        print('ronde {:4d}: J = {:.5f}'.format(ronde, J))

afstand = np.sqrt(((U - Y) ** 2).sum(axis=0))
print('gemiddelde afstand tot het doel: {:.3f} m'.format(afstand.mean()))
