import numpy as np

rs = np.random.RandomState(42)

# 6 sensors, alarm (1) or no alarm (0); every column is a reading
n_readings = 240
readings = rs.normal(size=(6, n_readings))
alarm = (readings[0] * readings[1] + readings[2] > 0.3).astype(float)[np.newaxis, :]
split = 180
x_train, x_test = readings[:, :split], readings[:, split:]
t_train, t_test = alarm[:, :split], alarm[:, split:]

WIDTH = 6  # keep all hidden layers as wide as the input


def logistic(v):
    return 1.0 / (1.0 + np.exp(-v))


weights = [
    rs.normal(scale=0.6, size=(WIDTH, 6)),
    rs.normal(scale=0.6, size=(WIDTH, WIDTH)),
    rs.normal(scale=0.6, size=(1, WIDTH)),
]
biases = [np.zeros((WIDTH, 1)), np.zeros((WIDTH, 1)), np.zeros((1, 1))]


def feed(x):
    values = [x]
    for w, b in zip(weights, biases):
        values.append(logistic(np.matmul(w, values[-1]) + b))
    return values


def log_loss(p, t):
    return -np.average(t * np.log(p) + (1 - t) * np.log(1 - p))


rate = 1.0
for epoch in range(1, 1201):
    x0, x1, x2, x3 = feed(x_train)
    count = x_train.shape[1]

    back3 = (x3 - t_train) / count
    back2 = np.matmul(weights[2].T, back3) * x2 * (1 - x2)
    back1 = np.matmul(weights[1], back2) * x1 * (1 - x1)

    weights[2] = weights[2] - rate * np.matmul(back3, x2.T)
    weights[1] = weights[1] - rate * np.matmul(back2, x1.T)
    weights[0] = weights[0] - rate * np.matmul(back1, x0.T)
    biases[2] = biases[2] - rate * back3.sum(axis=1, keepdims=True)
    biases[1] = biases[1] - rate * back2.sum(axis=1, keepdims=True)
    biases[0] = biases[0] - rate * back1.sum(axis=1, keepdims=True)

    if epoch % 200 == 0:
        print(epoch, "train", log_loss(x3, t_train), "test", log_loss(feed(x_test)[-1], t_test))

hits = (feed(x_test)[-1] >= 0.5) == (t_test == 1)
print("hit rate on unseen readings", hits.mean())
