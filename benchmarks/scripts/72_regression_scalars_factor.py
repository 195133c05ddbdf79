# house price toy: two inputs, two hidden relu units, all by hand
import random
random.seed(5)
houses = [(random.uniform(0.5, 2), random.uniform(1, 4)) for _ in range(10)]
prices = [1.5 * a + 0.5 * b + 0.3 for a, b in houses]
w = [[0.4, 0.1], [0.2, 0.6]]
b = [0.05, 0.1]
v = [0.7, 0.3]
c = 0.0
lr = 0.005
for epoch in range(20):
    cost = 0.0
    gw = [[0.0, 0.0], [0.0, 0.0]]
    gb = [0.0, 0.0]
    gv = [0.0, 0.0]
    gc = 0.0
    for x, y in zip(houses, prices):
        z = [sum(w[j][i] * x[i] for i in range(2)) + b[j] for j in range(2)]
        h = [max(0.0, t) for t in z]
        p = sum(v[j] * h[j] for j in range(2)) + c
        e = p - y
        cost += e * e
        for j in range(2):
            gv[j] += 2 * e * h[j]
            d = 2 * e * v[j] * (1.0 if z[j] > 0 else 0.0)
            gb[j] += d
            for i in range(2):
                gw[j][i] += d * h[i]
        gc += 2 * e
    n = len(houses)
    for j in range(2):
        v[j] -= lr * gv[j] / n
        b[j] -= lr * gb[j] / n
        for i in range(2):
            w[j][i] -= lr * gw[j][i] / n
    c -= lr * gc / n
    print(epoch, cost / n)
