import numpy as np

# size of the flat in 100 m2 -> price in 100k
# two hidden neurons, everything written out so I understand it
data = np.array([[0.30, 0.95], [0.42, 1.10], [0.50, 1.45], [0.61, 1.50], [0.70, 1.95],
                 [0.85, 2.05], [0.98, 2.50], [1.10, 2.45], [1.25, 2.60], [1.40, 2.70]])
size = data[:, 0]
price = data[:, 1:]

w1, b1 = 0.8, -0.3
w2, b2 = -0.6, 0.4
v1, v2, c = 0.5, 0.9, 0.0

lr = 0.1
losses = []

for it in range(1500):
    h1 = np.tanh(w1 * size + b1)
    h2 = np.tanh(w2 * size + b2)
    guess = v1 * h1 + v2 * h2 + c

    diff = guess - price
    losses.append(np.mean(diff ** 2))

    dv1 = np.mean(2 * diff * h1)
    dv2 = np.mean(2 * diff * h2)
    dc = np.mean(2 * diff)
    dw1 = np.mean(2 * diff * v1 * (1 - h1 ** 2) * size)
    db1 = np.mean(2 * diff * v1 * (1 - h1 ** 2))
    dw2 = np.mean(2 * diff * v2 * (1 - h2 ** 2) * size)
    db2 = np.mean(2 * diff * v2 * (1 - h2 ** 2))

    v1 = v1 - lr * dv1
    v2 = v2 - lr * dv2
    c = c - lr * dc
    w1 = w1 - lr * dw1
    b1 = b1 - lr * db1
    w2 = w2 - lr * dw2
    b2 = b2 - lr * db2

print("first loss", losses[0], "last loss", losses[-1])
print("all the guesses come out the same?!")
for s, g in zip(size, v1 * np.tanh(w1 * size + b1) + v2 * np.tanh(w2 * size + b2) + c):
    print(f"{s:.2f} -> {g:.3f}")
