# HW3 Q2 - regularized neural network
import numpy as np

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def cost_and_grad(Theta1, Theta2, X, Y, lmbda):
    m = X.shape[0]
    a1 = np.c_[np.ones(m), X]
    z2 = a1.dot(Theta1.T)
    a2 = np.c_[np.ones(m), sigmoid(z2)]
    z3 = a2.dot(Theta2.T)
    h = sigmoid(z3)
    J = -np.sum(Y * np.log(h) + (1 - Y) * np.log(1 - h)) / m
    J += lmbda / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))
    d3 = h - Y
    d2 = d3.dot(Theta2[:, 1:]) * sigmoid(z2) * (1 - sigmoid(z2))
    Theta1_grad = d2.T.dot(a1) / m
    Theta2_grad = d3.T.dot(a2) / m
    Theta1_grad[:, 1:] += lmbda / m * Theta1[:, 1:]
    return J, Theta1_grad, Theta2_grad

np.random.seed(15)
X = np.random.randn(50, 4)
labels = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0.3).astype(int)
Y = np.eye(3)[labels]
epsilon = 0.5
Theta1 = np.random.rand(6, 5) * 2 * epsilon - epsilon
Theta2 = np.random.rand(3, 7) * 2 * epsilon - epsilon
for i in range(60):
    J, g1, g2 = cost_and_grad(Theta1, Theta2, X, Y, 1.0)
    Theta1 = Theta1 - 0.8 * g1
    Theta2 = Theta2 - 0.8 * g2
    if i % 20 == 0:
        print('cost', J)
