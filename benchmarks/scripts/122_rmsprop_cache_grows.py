import numpy as np

def sigmoid(x): return 1 / (1 + np.exp(-x))

np.random.seed(122)
x_data = np.random.randn(44, 4)
t_data = (np.abs(x_data[:, :1]) + x_data[:, 1:2] > 0.6) * 1.0

w1 = np.random.randn(4, 7) * 0.5
w2 = np.random.randn(7, 1) * 0.5
s1 = np.zeros_like(w1)
s2 = np.zeros_like(w2)
decay_rate = 0.9
learning_rate = 0.01
epsilon = 1e-8

for i in range(150):
    h = sigmoid(x_data.dot(w1))
    y = sigmoid(h.dot(w2))
    loss = np.mean((y - t_data) ** 2)

    dy = 2 * (y - t_data) / len(t_data)
    dy = dy * y * (1 - y)
    g2 = h.T.dot(dy)
    dh = dy.dot(w2.T) * h * (1 - h)
    g1 = x_data.T.dot(dh)

    s1 = decay_rate * s1 + g1 ** 2
    s2 = decay_rate * s2 + g2 ** 2
    w1 -= learning_rate * g1 / (np.sqrt(s1) + epsilon)
    w2 -= learning_rate * g2 / (np.sqrt(s2) + epsilon)
    if i % 30 == 0:
        print(i, loss)
