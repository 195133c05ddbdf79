import math

x = [0.1, 0.3]
w = [0.4, -0.2]
W = 0.1
y = 1
learnrate = 0.5


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


# worked out on paper
h = 0.04 - 0.06
a = 0.495
y_hat = 0.5124
delta_o = 0.1218
delta_h = 0.01218        # 0.1 * 0.1218
delta_W = 0.5 * 0.1218 * 0.495
delta_w = [0.5 * 0.01218 * 0.1, 0.5 * 0.01218 * 0.3]
