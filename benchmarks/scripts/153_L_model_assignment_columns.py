### My version of the deep network assignment, with data of my own.
### cost goes down a bit at first and then everything is predicted 1 ... why??
import numpy as np


def init_deep(layer_dims, seed=1):
    np.random.seed(seed)
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters["W" + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) * np.sqrt(2 / layer_dims[l - 1])
        parameters["b" + str(l)] = np.zeros((layer_dims[l], 1))
    return parameters


def forward_propagation(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L + 1):
        A_prev = A
        Z = parameters["W" + str(l)] @ A_prev + parameters["b" + str(l)]
        if l < L:
            A = np.maximum(0, Z)
        else:
            A = 1 / (1 + np.exp(-Z))
        caches.append((A_prev, Z, A))
    return A, caches


def cost_function(AL, Y):
    m = Y.shape[1]
    AL = np.clip(AL, 1e-7, 1 - 1e-7)
    return float(-(1 / m) * np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)))


def backward_propagation(AL, Y, caches, parameters):
    grads = {}
    m = Y.shape[1]
    L = len(caches)
    AL_safe = np.clip(AL, 1e-7, 1 - 1e-7)
    dA = -(Y / AL_safe + (1 - Y) / (1 - AL_safe))
    for l in range(L, 0, -1):
        A_prev, Z, A = caches[l - 1]
        if l == L:
            dZ = dA * A * (1 - A)
        else:
            dZ = dA * (Z > 0)
        grads["dW" + str(l)] = dZ @ A_prev.T / m
        grads["db" + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
        dA = parameters["W" + str(l)].T @ dZ
    return grads


def update(parameters, grads, learning_rate):
    for l in range(1, len(parameters) // 2 + 1):
        parameters["W" + str(l)] = parameters["W" + str(l)] - learning_rate * grads["dW" + str(l)]
        parameters["b" + str(l)] = parameters["b" + str(l)] - learning_rate * grads["db" + str(l)]
    return parameters


np.random.seed(0)
m = 160
X = np.random.randn(3, m)
Y = (X[0:1] * X[1:2] + 0.5 * X[2:3] > 0).astype(float)

parameters = init_deep([3, 9, 5, 1])
for i in range(400):
    AL, caches = forward_propagation(X, parameters)
    grads = backward_propagation(AL, Y, caches, parameters)
    parameters = update(parameters, grads, learning_rate=0.01)
    if i % 50 == 0:
        print("Cost after iteration {}: {}".format(i, cost_function(AL, Y)))

AL, _ = forward_propagation(X, parameters)
print("accuracy", np.mean((AL > 0.5) == Y), "predicted ones:", np.mean(AL > 0.5))
