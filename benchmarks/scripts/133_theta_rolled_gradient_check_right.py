# Machine Learning course, exercise 4 -- my Python version of nnCostFunction.m
# Theta1 and Theta2 carry the bias in column 0, and are rolled into one vector.
import numpy as np

input_size = 9
hidden_size = 7
num_labels = 4
lam = 0.5


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_gradient(z):
    g = sigmoid(z)
    return g * (1 - g)


def unroll(nn_params):
    cut = hidden_size * (input_size + 1)
    Theta1 = nn_params[:cut].reshape(hidden_size, input_size + 1)
    Theta2 = nn_params[cut:].reshape(num_labels, hidden_size + 1)
    return Theta1, Theta2


def cost_function(nn_params, X, y):
    Theta1, Theta2 = unroll(nn_params)
    m = X.shape[0]
    Y = np.eye(num_labels)[y]

    a1 = np.c_[np.ones(m), X]
    z2 = a1.dot(Theta1.T)
    a2 = np.c_[np.ones(m), sigmoid(z2)]
    z3 = a2.dot(Theta2.T)
    a3 = sigmoid(z3)

    J = -np.sum(Y * np.log(a3) + (1 - Y) * np.log(1 - a3)) / m
    J += lam / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    delta3 = a3 - Y
    delta2 = delta3.dot(Theta2)[:, 1:] * sigmoid_gradient(z2)
    Theta1_grad = delta2.T.dot(a1) / m
    Theta2_grad = delta3.T.dot(a2) / m
    Theta1_grad[:, 1:] += lam / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lam / m * Theta2[:, 1:]
    return J, np.r_[Theta1_grad.ravel(), Theta2_grad.ravel()]


def check_gradient(nn_params, X, y, how_many=12):
    e = 1e-4
    _, grad = cost_function(nn_params, X, y)
    for i in np.random.choice(nn_params.size, how_many, replace=False):
        bump = np.zeros(nn_params.size)
        bump[i] = e
        num = (cost_function(nn_params + bump, X, y)[0] - cost_function(nn_params - bump, X, y)[0]) / (2 * e)
        print("%4d  %12.8f  %12.8f" % (i, num, grad[i]))


def predict(nn_params, X):
    Theta1, Theta2 = unroll(nn_params)
    h1 = sigmoid(np.c_[np.ones(len(X)), X].dot(Theta1.T))
    return np.argmax(np.c_[np.ones(len(X)), h1].dot(Theta2.T), axis=1)


np.random.seed(1)
# 3x3 pictures: horizontal bar, vertical bar, diagonal, cross
shapes = np.array([
    [0, 0, 0, 1, 1, 1, 0, 0, 0],
    [0, 1, 0, 0, 1, 0, 0, 1, 0],
    [1, 0, 0, 0, 1, 0, 0, 0, 1],
    [0, 1, 0, 1, 1, 1, 0, 1, 0],
])
y = np.random.randint(0, num_labels, 200)
X = shapes[y] + 0.3 * np.random.randn(200, input_size)

epsilon_init = 0.12
n_params = hidden_size * (input_size + 1) + num_labels * (hidden_size + 1)
nn_params = np.random.rand(n_params) * 2 * epsilon_init - epsilon_init

check_gradient(nn_params, X[:10], y[:10])

alpha = 1.5
for iteration in range(500):
    J, grad = cost_function(nn_params, X, y)
    nn_params = nn_params - alpha * grad
    if iteration % 100 == 0:
        print("Iteration %d | Cost %f" % (iteration, J))
print("Training Set Accuracy: %.1f" % (100 * np.mean(predict(nn_params, X) == y)))
