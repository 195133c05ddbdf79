"""no-activation: The prediction is the bare sum; the sigmoid was left out.

prediction = sigmoid(x @ w)
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# Given: inputs, weights, and what the unit should say. The loss is (prediction - target)**2 / 2.
x = np.array([1.5, -0.7, 2.0])
w = np.array([0.8, -0.4, 0.3])
target = 0.25

# What the unit says
prediction = x @ w

# The slope of the sigmoid where the unit stands
slope = prediction * (1 - prediction)

# The gradient of the loss with respect to the weights, shape (3,)
gradient = (prediction - target) * slope * x

print("The unit says:")
print(prediction)
print("The gradient of its loss:")
print(gradient)
