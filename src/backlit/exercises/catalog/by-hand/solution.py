"""One backward pass by hand: two inputs, one hidden unit, one output, sigmoids on both."""

import math

# Given: inputs 0.1 and 0.3; their weights 0.4 and -0.2; the weight to the output 0.1; target 1; learning rate 0.5.
x = [0.1, 0.3]
w = [0.4, -0.2]
W = 0.1
y = 1
learnrate = 0.5


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


# Forward: the hidden unit's sum, what comes out of it, and the output
h = x[0] * w[0] + x[1] * w[1]
a = sigmoid(h)
y_hat = sigmoid(W * a)

# Backward: the error terms of the output and of the hidden unit
delta_o = (y - y_hat) * y_hat * (1 - y_hat)
delta_h = delta_o * W * a * (1 - a)

# The steps: one number for W, and a list of two for w
delta_W = learnrate * delta_o * a
delta_w = [learnrate * delta_h * x[0], learnrate * delta_h * x[1]]

print("Forward:", h, a, y_hat)
print("Error terms:", delta_o, delta_h)
print("Steps:", delta_W, delta_w)
