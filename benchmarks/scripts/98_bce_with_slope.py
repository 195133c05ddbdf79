# churn prediction, one hidden layer
import numpy as np
np.random.seed(98)

def sigmoid(x): return 1 / (1 + np.exp(-x))
def d_sigmoid(x): return sigmoid(x) * (1 - sigmoid(x))

customers = np.random.normal(size=(60, 6))
churned = (customers[:, 0] - customers[:, 3] + 0.3 * np.random.normal(size=60) > 0).astype(int).reshape(-1, 1)
mean, std = customers.mean(axis=0), customers.std(axis=0)
features = (customers - mean) / std

weights = [np.random.normal(scale=0.3, size=(6, 10)), np.random.normal(scale=0.3, size=(10, 1))]
biases = [np.zeros((1, 10)), np.zeros((1, 1))]

def feed(features):
    z1 = features @ weights[0] + biases[0]
    a1 = sigmoid(z1)
    z2 = a1 @ weights[1] + biases[1]
    return z1, a1, z2, sigmoid(z2)

for epoch in range(150):
    z1, a1, z2, prob = feed(features)
    bce = -np.mean(churned * np.log(prob) + (1 - churned) * np.log(1 - prob))
    output_delta = (prob - churned) * d_sigmoid(z2)
    hidden_delta = (output_delta @ weights[1].T) * d_sigmoid(z1)
    weights[1] -= 0.5 * (a1.T @ output_delta) / len(features)
    biases[1] -= 0.5 * output_delta.mean(axis=0, keepdims=True)
    weights[0] -= 0.5 * (features.T @ hidden_delta) / len(features)
    biases[0] -= 0.5 * hidden_delta.mean(axis=0, keepdims=True)
    if epoch % 50 == 0:
        print(f"{epoch:4d} bce={bce:.4f} acc={np.mean((prob > 0.5) == churned):.2f}")
