import math

x = [0.1, 0.3]
w = [0.4, -0.2]
W = 0.1
y = 1
learnrate = 0.5


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


h = -0.02
a = 0.495
y_hat = 0.512
delta_o = 0.122      # 0.488 * 0.512 * 0.488
delta_h = 0.00305
delta_W = 0.0302
delta_w = (0.000152, 0.000457)
