# port of my Octave homework (nnCostFunction.m)
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoidGradient(z):
    g = sigmoid(z)
    return g * (1 - g)

def nnCostFunction(nn_params, input_size, hidden_size, num_labels, X, y, lam):
    split = hidden_size * (input_size + 1)
    Theta1 = nn_params[:split].reshape(hidden_size, input_size + 1)
    Theta2 = nn_params[split:].reshape(num_labels, hidden_size + 1)
    m = X.shape[0]
    Y = np.zeros((m, num_labels))
    Y[np.arange(m), y] = 1
    a1 = np.hstack([np.ones((m, 1)), X])
    z2 = a1 @ Theta1.T
    a2 = np.hstack([np.ones((m, 1)), sigmoid(z2)])
    z3 = a2 @ Theta2.T
    h = sigmoid(z3)
    J = np.sum(-Y * np.log(h) - (1 - Y) * np.log(1 - h)) / m
    J = J + lam / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))
    d3 = h - Y
    d2 = (d3 @ Theta2)[:, 1:] * sigmoidGradient(z2)
    Theta1_grad = d2.T @ a1 / m
    Theta2_grad = d3.T @ a2 / m
    Theta1_grad[:, 1:] += lam / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lam / m * Theta2[:, 1:]
    return J, Theta1_grad, Theta2_grad

rs = np.random.RandomState(3)
X = rs.randn(45, 4)
y = np.argmax(X @ rs.randn(4, 3), axis=1)
Theta1 = rs.uniform(-0.5, 0.5, (6, 5))
Theta2 = rs.uniform(-0.5, 0.5, (3, 7))
for it in range(80):
    params = np.concatenate([Theta1.ravel(), Theta2.ravel()])
    J, G1, G2 = nnCostFunction(params, 4, 6, 3, X, y, 0.5)
    Theta1 = Theta1 - 1.0 * G1
    Theta2 = Theta2 - 1.0 * G2
    if it % 20 == 0:
        print("J =", J)
