"""
Ghar ka kaam 2: tapman ka anuman (pratigaman)
bias bhaar ki PEHLI pankti mein hai, isliye har parat ke aage 1 jodte hain
"""
import numpy as np

np.random.seed(55)


def ek_jodo(matris):
    return np.hstack([np.ones((matris.shape[0], 1)), matris])


# din (0..1) aur unchai -> tapman
din = np.random.rand(130)
unchai = np.random.rand(130)
X = np.column_stack([din, unchai]) * 2 - 1
T = np.cos(2 * np.pi * din) - 0.8 * unchai + 0.05 * np.random.randn(130)
T = T.reshape(-1, 1)

CHHIPE = 9
W1 = np.random.uniform(-1, 1, (3, CHHIPE))
W2 = np.random.uniform(-1, 1, (CHHIPE + 1, 1))

dar = 0.1
for chakkar in range(2001):
    A0 = ek_jodo(X)
    H = 1 / (1 + np.exp(-np.dot(A0, W1)))
    A1 = ek_jodo(H)
    O = np.dot(A1, W2)

    galti = O - T
    if chakkar % 400 == 0:
        print("chakkar %d, ausat varg truti %.5f" % (chakkar, np.mean(galti**2) / 2))

    dO = galti / len(T)
    dH = np.dot(dO, W2[:-1].T) * H * (1 - H)

    W2 = W2 - dar * np.dot(A1.T, dO)
    W1 = W1 - dar * np.dot(A0.T, dH)

naya = np.array([[-0.5, 0.2]])
H = 1 / (1 + np.exp(-ek_jodo(naya) @ W1))
print("anuman:", (ek_jodo(H) @ W2).item())
