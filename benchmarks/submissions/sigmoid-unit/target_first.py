import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# Given: inputs, weights, and what the unit should say. The loss is (prediction - target)**2 / 2.
x = np.array([1.5, -0.7, 2.0])
w = np.array([0.8, -0.4, 0.3])
target = 0.25

prediction = sigmoid((x * w).sum())
slope = prediction * (1 - prediction)
error = target - prediction
gradient = error * slope * x
print("gradient:", gradient)
