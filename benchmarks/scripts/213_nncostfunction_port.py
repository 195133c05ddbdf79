# nnCostFunction.m / predict.m moved to Python, with mini-batches instead of fmincg.
# One example per column, as in my lecture notes; first column of each Theta is the bias.
# Labels run from 1 to num_labels, as they did in MATLAB.
import numpy as np
from numpy import ones, zeros, exp, log, vstack

input_layer_size = 5
hidden_layer_size = 11
num_labels = 4
lam = 0.5


def sigmoid(z):
    return 1. / (1. + exp(-z))


def randInitializeWeights(L_in, L_out):
    epsilon_init = (6. ** 0.5) / ((L_in + L_out) ** 0.5)
    return np.random.rand(L_out, 1 + L_in) * 2 * epsilon_init - epsilon_init


def nnCostFunction(Theta1, Theta2, X, y, lam):
    m = X.shape[1]

    # Part 1: feedforward
    a1 = vstack((ones((1, m)), X))
    z2 = Theta1 @ a1
    a2 = vstack((ones((1, m)), sigmoid(z2)))
    z3 = Theta2 @ a2
    e = exp(z3 - z3.max(0))
    a3 = e / e.sum(0)

    Y = zeros((num_labels, m))
    for i in range(m):
        Y[y[i] - 1, i] = 1

    J = -(Y * log(a3)).sum() / m
    J = J + lam / (2 * m) * ((Theta1[:, 1:] ** 2).sum() + (Theta2[:, 1:] ** 2).sum())

    # Part 2: backpropagation, example by example
    Delta1 = zeros(Theta1.shape)
    Delta2 = zeros(Theta2.shape)
    for t in range(m):
        d3 = a3[:, [t]] - Y[:, [t]]
        d2 = Theta2.T @ d3
        d2 = d2[1:] * a2[1:, [t]] * (1 - a2[1:, [t]])
        Delta2 += d3 @ a2[:, [t]].T
        Delta1 += d2 @ a1[:, [t]].T
    Theta1_grad = Delta1 / m
    Theta2_grad = Delta2 / m

    # Part 3: regularization (not the bias!)
    Theta1_grad[:, 1:] += lam / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lam / m * Theta2[:, 1:]
    return J, Theta1_grad, Theta2_grad


def predict(Theta1, Theta2, X):
    m = X.shape[1]
    h1 = sigmoid(Theta1 @ vstack((ones((1, m)), X)))
    h2 = Theta2 @ vstack((ones((1, m)), h1))
    return h2.argmax(0) + 1


np.random.seed(2011)
centres = np.random.randn(input_layer_size, num_labels) * 1.2
y = np.random.randint(1, num_labels + 1, 160)
X = centres[:, y - 1] + 0.7 * np.random.randn(input_layer_size, 160)

Theta1 = randInitializeWeights(input_layer_size, hidden_layer_size)
Theta2 = randInitializeWeights(hidden_layer_size, num_labels)
alpha = 0.8
batch = 40
for epoch in range(1, 31):
    perm = np.random.permutation(160)
    for k in range(0, 160, batch):
        sel = perm[k:k + batch]
        J, g1, g2 = nnCostFunction(Theta1, Theta2, X[:, sel], y[sel], lam)
        Theta1 = Theta1 - alpha * g1
        Theta2 = Theta2 - alpha * g2
    if epoch % 5 == 0:
        J, _, _ = nnCostFunction(Theta1, Theta2, X, y, lam)
        print('Epoch %3d | Cost: %4.6e' % (epoch, J))
print('Training Set Accuracy: %f' % ((predict(Theta1, Theta2, X) == y).mean() * 100))
