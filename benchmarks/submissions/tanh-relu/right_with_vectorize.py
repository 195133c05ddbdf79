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


tanh_slope = np.vectorize(lambda z: 1 / np.cosh(z) ** 2)
relu_slope = np.vectorize(lambda z: 1 if z > 0 else 0)

error_term_3 = [target - output]
error_term_2 = [float(w * error_term_3[0]) if z > 0 else 0.0 for w, z in zip(W3, z2)]
error_term_1 = []
for i in range(3):
    back = 0.0
    for j in range(2):
        back += W2[i, j] * error_term_2[j]
    error_term_1.append(back * tanh_slope(z1[i]))
step_1 = [[learnrate * float(xi * d) for d in error_term_1] for xi in x]
