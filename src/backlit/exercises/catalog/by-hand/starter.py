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


# TODO: forward: the hidden unit's sum, what comes out of it, and the output
h = None
a = None
y_hat = None

# TODO: backward: the error terms of the output and of the hidden unit
delta_o = None
delta_h = None

# TODO: the steps: one number for W, and a list of two for w
delta_W = None
delta_w = None

print("Forward:", h, a, y_hat)
print("Error terms:", delta_o, delta_h)
print("Steps:", delta_W, delta_w)
