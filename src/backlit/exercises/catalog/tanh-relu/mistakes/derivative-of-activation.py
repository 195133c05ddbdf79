"""derivative-of-activation: The slope of tanh was taken at the layer's output a1, which is tanh already.

tanh_slope(z1)
"""

import numpy as np

# Given: one sample and the weights of three layers.
x = np.array([0.9, -1.3])
target = 0.7
W1 = np.array([[0.5, -0.8, 0.3], [0.2, 0.6, -0.4]])
W2 = np.array([[0.7, -0.2], [-0.5, 0.9], [0.4, 0.3]])
W3 = np.array([1.1, -0.6])
learnrate = 0.1

# Given: the forward pass. z is what goes into a layer's units, a what comes out.
z1 = x @ W1
a1 = np.tanh(z1)
z2 = a1 @ W2
a2 = np.maximum(z2, 0)
output = a2 @ W3


def tanh_slope(z):
    # The slope of tanh at z, for arrays of any shape
    return 1 - np.tanh(z) ** 2


def relu_slope(z):
    # The slope of relu at z
    return (z > 0) * 1.0


# The error terms, from the output back: a number, shape (2,), shape (3,)
error_term_3 = target - output
error_term_2 = W3 * error_term_3 * relu_slope(z2)
error_term_1 = W2 @ error_term_2 * tanh_slope(a1)

# The step of the first layer's weights, shape (2, 3)
step_1 = learnrate * x[:, None] * error_term_1

print("Error terms from the output back:")
print(error_term_3, error_term_2, error_term_1)
print("Step of the first layer:")
print(step_1)
