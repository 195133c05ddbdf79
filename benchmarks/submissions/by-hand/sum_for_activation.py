import math

x = [0.1, 0.3]
w = [0.4, -0.2]
W = 0.1
y = 1
learnrate = 0.5


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


h = x[0] * w[0] + x[1] * w[1]
a = sigmoid(h)
y_hat = sigmoid(W * a)
delta_o = (y - y_hat) * y_hat * (1 - y_hat)
delta_h = delta_o * W * a * (1 - a)
# input to the output unit times its error term
delta_W = learnrate * delta_o * h
delta_w = []
for xi in x:
    delta_w.append(learnrate * delta_h * xi)
