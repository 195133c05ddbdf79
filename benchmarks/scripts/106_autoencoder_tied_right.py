import numpy as np

# tied weights: decoder = encoder transposed
rs = np.random.RandomState(12)
codes = rs.rand(40, 3)
mix = rs.rand(3, 8)
V = codes.dot(mix) / 3.0

n_visible, n_hidden = 8, 3
W = rs.uniform(-0.5, 0.5, (n_visible, n_hidden))
hbias = np.zeros(n_hidden)
vbias = np.zeros(n_visible)
lr = 0.5


def sigmoid(x):
    return 1. / (1 + np.exp(-x))


for epoch in range(150):
    H = sigmoid(np.dot(V, W) + hbias)
    R = sigmoid(np.dot(H, W.T) + vbias)
    cost = np.mean(np.sum((R - V) ** 2, axis=1)) / 2

    L_r = (R - V) * R * (1 - R)
    L_h = np.dot(L_r, W) * H * (1 - H)
    L_W = np.dot(V.T, L_h) + np.dot(L_r.T, H)
    W -= lr * L_W / len(V)
    hbias -= lr * np.mean(L_h, axis=0)
    vbias -= lr * np.mean(L_r, axis=0)
    if epoch % 50 == 0:
        print("epoch", epoch, "cost", cost)
