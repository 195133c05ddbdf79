import math

x = [0.1, 0.3]
w = [0.4, -0.2]
W = 0.1
y = 1
learnrate = 0.5


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


h = 0.1 * 0.4 + 0.3 * -0.2
a = sigmoid(h)
y_hat = sigmoid(0.1 * a)
e = y_hat - 1
delta_o = e * y_hat * (1 - y_hat)
delta_h = 0.1 * delta_o * a * (1 - a)
delta_W = 0.5 * delta_o * a
delta_w = [0.5 * delta_h * 0.1, 0.5 * delta_h * 0.3]
