# Bus delay in minutes (Nairobi - Thika road), softplus net, full batch with momentum
import numpy as np

np.random.seed(7)
N = 200
X = np.random.rand(N, 4) * 2 - 1      # hour, rain, day, load
Y = (1.5 * np.maximum(0, X[:, 1]) + np.cos(3 * X[:, 0]) * 0.5 + 0.4 * X[:, 3] * X[:, 2]).reshape(N, 1)

def softplus(z): return np.log1p(np.exp(z))
def logistic(z): return 1.0 / (1.0 + np.exp(-z))

p = dict(W1=np.random.randn(4, 14) * .6, b1=np.zeros((1, 14)),
         W2=np.random.randn(14, 7) * .3, b2=np.zeros((1, 7)),
         W3=np.random.randn(7, 1) * .3, b3=np.zeros((1, 1)))
vel = {k: 0 * v for k, v in p.items()}

def model(p, X):
    z1 = X @ p["W1"] + p["b1"]; h1 = softplus(z1)
    z2 = h1 @ p["W2"] + p["b2"]; h2 = softplus(z2)
    return z1, h1, z2, h2, h2 @ p["W3"] + p["b3"]

def cost(p, X, Y): return ((model(p, X)[-1] - Y) ** 2).mean() / 2

def grads(p, X, Y):
    z1, h1, z2, h2, out = model(p, X)
    g = {}
    e3 = (out - Y) / X.shape[0]
    g["W3"] = h2.T @ e3; g["b3"] = e3.sum(0, keepdims=True)
    e2 = e3 @ p["W3"].T * logistic(z2)
    g["W2"] = z1.T @ e2; g["b2"] = e2.sum(0, keepdims=True)
    e1 = e2 @ p["W2"].T * logistic(z1)
    g["W1"] = X.T @ e1; g["b1"] = e1.sum(0, keepdims=True)
    return g

for i in range(400):
    g = grads(p, X, Y)
    for k in p:
        vel[k] = 0.8 * vel[k] + g[k]
        p[k] = p[k] - 0.03 * vel[k]
    if i % 80 == 0: print(i, cost(p, X, Y))
print("done", cost(p, X, Y))
