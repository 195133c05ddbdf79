import numpy as np

def relu(Z):
    return np.maximum(0, Z)

def init(layer_dims, seed=1):
    np.random.seed(seed)
    params = {}
    for l in range(1, len(layer_dims)):
        params['W' + str(l)] = np.random.randn(layer_dims[l], layer_dims[l-1]) * np.sqrt(2 / layer_dims[l-1])
        params['b' + str(l)] = np.zeros((layer_dims[l], 1))
    return params

def L_model_forward(X, params):
    caches = {'A0': X}
    L = len(params) // 2
    A = X
    for l in range(1, L + 1):
        Z = params['W' + str(l)] @ A + params['b' + str(l)]
        A = relu(Z) if l < L else 1 / (1 + np.exp(-Z))
        caches['Z' + str(l)] = Z
        caches['A' + str(l)] = A
    return A, caches

def L_model_backward(AL, Y, caches, params):
    grads = {}
    L = len(params) // 2
    m = Y.shape[1]
    dZ = AL - Y
    for l in range(L, 0, -1):
        grads['dW' + str(l)] = dZ @ caches['A' + str(l-1)].T / m
        grads['db' + str(l)] = dZ.sum(axis=1, keepdims=True) / m
        if l > 1:
            dA = params['W' + str(l)].T @ dZ
            # gradient of relu
            dZ = dA * (caches['Z' + str(l)][:1] > 0)
    return grads

def update_parameters(params, grads, lr):
    L = len(params) // 2
    for l in range(L):
        params["W" + str(l+1)] = params["W" + str(l+1)] - lr * grads["dW" + str(l+1)]
        params["b" + str(l+1)] = params["b" + str(l+1)] - lr * grads["db" + str(l+1)]
    return params

np.random.seed(0)
X = np.random.randn(4, 30)
Y = (X[:1] * X[1:2] > 0) * 1.0
params = init([4, 6, 5, 1])
for i in range(80):
    AL, caches = L_model_forward(X, params)
    cost = -np.mean(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))
    grads = L_model_backward(AL, Y, caches, params)
    params = update_parameters(params, grads, 0.05)
    if i % 20 == 0:
        print(i, cost)
