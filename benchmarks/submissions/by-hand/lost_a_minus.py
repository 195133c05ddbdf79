import math

x = [0.1, 0.3]
w = [0.4, -0.2]
W = 0.1
y = 1
learnrate = 0.5


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


h = 0.1 * 0.4 + 0.3 * 0.2
a = sigmoid(h)
y_hat = sigmoid(W * a)
delta_o = (y - y_hat) * y_hat * (1 - y_hat)
delta_h = delta_o * W * a * (1 - a)
delta_W = learnrate * delta_o * a
delta_w = [learnrate * delta_h * x[0], learnrate * delta_h * x[1]]
