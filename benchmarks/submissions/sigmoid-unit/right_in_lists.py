from math import exp

x, w, target = [1.5, -0.7, 2.0], [0.8, -0.4, 0.3], 0.25
z = 0
for a, b in zip(x, w):
    z += a * b
prediction = exp(z) / (1 + exp(z))
slope = exp(-z) / (1 + exp(-z)) ** 2
gradient = tuple(xi * slope * (prediction - target) for xi in x)
print(f"{prediction:.3f} {slope:.3f}", gradient)
