import numpy as np

class Parameter:
    def __init__(self, value):
        self.value = value
        self.grad = np.zeros_like(value)

class Linear:
    def __init__(self, n_in, n_out):
        self.W = Parameter(np.random.randn(n_in, n_out) / np.sqrt(n_in))
        self.b = Parameter(np.zeros(n_out))
    def __call__(self, x):
        self.x = x
        return x @ self.W.value + self.b.value
    def backward(self, grad):
        self.W.grad += self.x.T @ grad
        self.b.grad += grad.sum(axis=0)
        return grad @ self.W.value
    def parameters(self): return [self.W, self.b]

class Sigmoid:
    def __call__(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y
    def backward(self, grad): return grad * self.y * (1 - self.y)
    def parameters(self): return []

class MSELoss:
    def __call__(self, pred, target):
        self.diff = pred - target
        return np.mean(self.diff ** 2)
    def backward(self): return 2 * self.diff / self.diff.size

class SGD:
    def __init__(self, parameters, lr): self.parameters, self.lr = parameters, lr
    def zero_grad(self):
        for p in self.parameters: p.grad = np.zeros_like(p.value)
    def step(self):
        for p in self.parameters: p.value = p.value - self.lr * p.grad

np.random.seed(17)
layers = [Linear(5, 5), Sigmoid(), Linear(5, 5), Sigmoid(), Linear(5, 5)]
optimizer = SGD([p for l in layers for p in l.parameters()], lr=0.3)
criterion = MSELoss()
inputs = np.random.randn(32, 5)
targets = np.tanh(inputs[:, ::-1])
for epoch in range(50):
    optimizer.zero_grad()
    out = inputs
    for l in layers: out = l(out)
    loss = criterion(out, targets)
    grad = criterion.backward()
    for l in reversed(layers): grad = l.backward(grad)
    optimizer.step()
    if epoch % 10 == 0: print(epoch, loss)
