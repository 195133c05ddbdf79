# cat classifier without the cats
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def propagate(w, b, X, Y):
    m = X.shape[1]
    A = sigmoid(np.dot(w.T, X) + b)
    cost = -1 / m * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    dw = 1 / m * np.dot(X, (A - Y).T)
    db = 1 / m * np.sum(A - Y)
    return {"dw": dw, "db": db}, cost

def optimize(w, b, X, Y, num_iterations, learning_rate):
    costs = []
    for i in range(num_iterations):
        grads, cost = propagate(w, b, X, Y)
        dw = grads["dw"]
        db = grads["db"]
        w = w - learning_rate * dw
        b = b - learning_rate * db
        if i % 20 == 0:
            costs.append(cost)
    return w, b, costs

rng = np.random.RandomState(2)
X = rng.randn(7, 50)
Y = (X.sum(axis=0, keepdims=True) > 0) * 1
w, b, costs = optimize(np.zeros((7, 1)), 0.0, X, Y, 100, 0.05)
print(costs)
