import numpy as np
rng = np.random.default_rng(77)
points = rng.uniform(-1, 1, size=(25, 2))
goal = np.array([[1.0, 0.0] if p[0] * p[1] > 0 else [0.0, 1.0] for p in points])
V = rng.normal(size=(4, 2))
c = rng.normal(size=4) * 0.1
U = rng.normal(size=(2, 4))
d = rng.normal(size=2) * 0.1
eta = 0.1

def softmax(s):
    e = np.exp(s - s.max())
    return e / e.sum()

for epoch in range(15):
    cost = 0
    for x, t in zip(points, goal):
        h = np.tanh(V @ x + c)
        p = softmax(U @ h + d)
        cost -= np.log(p @ t)
        e_out = p - t
        e_hid = U.T @ e_out
        U -= eta * np.outer(e_out, h)
        d -= eta * e_out
        V -= eta * np.outer(e_hid, x)
        c -= eta * e_hid
    print(epoch, cost / len(points))
