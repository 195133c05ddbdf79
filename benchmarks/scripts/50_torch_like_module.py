import numpy as np

class Linear:
    def __init__(self, in_features, out_features):
        k = 1 / np.sqrt(in_features)
        self.weight = np.random.uniform(-k, k, (out_features, in_features))
        self.bias = np.random.uniform(-k, k, out_features)
    def forward(self, x):
        self.x = x
        return x @ self.weight.T + self.bias
    def backward(self, grad_output):
        self.weight_grad = grad_output.T @ self.x
        self.bias_grad = grad_output.sum(axis=0)
        return grad_output @ self.weight

class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y
    def backward(self, grad_output):
        return grad_output * self.y * (1 - self.y)

class BCELoss:
    def forward(self, p, t):
        self.p, self.t = p, t
        return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
    def backward(self):
        return (self.p - self.t) / (self.p * (1 - self.p)) / self.t.size

class SGD:
    def __init__(self, layers, lr): self.layers, self.lr = layers, lr
    def step(self):
        for l in self.layers:
            l.weight -= self.lr * l.weight_grad
            l.bias -= self.lr * l.bias_grad

np.random.seed(21)
fc1, act1, fc2, act2, criterion = Linear(3, 8), Sigmoid(), Linear(8, 1), Sigmoid(), BCELoss()
optimizer = SGD([fc1, fc2], lr=0.5)
data = np.random.randn(60, 3)
target = (np.abs(data).sum(axis=1, keepdims=True) > 2) * 1.0
for epoch in range(80):
    output = act2.forward(fc2.forward(act1.forward(fc1.forward(data))))
    loss = criterion.forward(output, target)
    grad = criterion.backward()
    fc1.backward(act1.backward(fc2.backward(act2.backward(grad))))
    optimizer.step()
    if epoch % 20 == 0:
        print("epoch", epoch, "loss", loss)
