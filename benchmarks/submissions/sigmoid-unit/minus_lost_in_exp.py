import numpy as np

x = np.array([1.5, -0.7, 2.0])
w = np.array([0.8, -0.4, 0.3])
target = 0.25

def sig(t):
    return 1 / (1 + np.exp(t))

prediction = sig(x @ w)
slope = prediction * (1 - prediction)
gradient = (prediction - target) * slope * x
print(prediction)
print(gradient)
