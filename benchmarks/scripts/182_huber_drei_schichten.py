"""Hausaufgabe 6: Regression mit Ausreissern, Huber-Verlust, drei versteckte Schichten."""
import numpy as np

zufall = np.random.default_rng(8)

# Daten: Bremsweg aus Geschwindigkeit und Naesse, ein paar Messungen sind Unsinn
n = 150
v = zufall.uniform(0, 1, n)
naesse = zufall.uniform(0, 1, n)
X = np.column_stack([v, naesse]) * 2 - 1
y = (2 * v**2 + v * naesse)[:, None]
y[zufall.choice(n, 8, replace=False)] += 3.0

H = 10
delta_huber = 0.5


def he(n_ein, n_aus):
    return zufall.normal(0, 1.0 / np.sqrt(n_ein), (n_ein, n_aus))


W1, b1 = he(2, H), np.zeros(H)
W2, b2 = he(H, H), np.zeros(H)
W3, b3 = he(H, H), np.zeros(H)
W4, b4 = he(H, 1), np.zeros(1)


def vorwaerts(X):
    a1 = np.tanh(X @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    a3 = np.tanh(a2 @ W3 + b3)
    return a1, a2, a3, a3 @ W4 + b4


def huber(r):
    klein = np.abs(r) <= delta_huber
    return np.where(klein, 0.5 * r**2, delta_huber * (np.abs(r) - 0.5 * delta_huber))


rate = 0.1
for schritt in range(3000):
    a1, a2, a3, aus = vorwaerts(X)
    r = aus - y
    if schritt % 500 == 0:
        print(f"Schritt {schritt}: Huber {huber(r).mean():.5f}")

    # rueckwaerts
    d4 = np.clip(r, -delta_huber, delta_huber) / n
    d3 = (d4 @ W4.T) * (1 - a3**2)
    d2 = (d3 @ W2.T) * (1 - a2**2)
    d1 = (d2 @ W2.T) * (1 - a1**2)

    W4 -= rate * a3.T @ d4
    b4 -= rate * d4.sum(axis=0)
    W3 -= rate * a2.T @ d3
    b3 -= rate * d3.sum(axis=0)
    W2 -= rate * a1.T @ d2
    b2 -= rate * d2.sum(axis=0)
    W1 -= rate * X.T @ d1
    b1 -= rate * d1.sum(axis=0)

print("mittlere absolute Abweichung:", np.abs(vorwaerts(X)[-1] - y).mean())
