"""I miss my GPU: a torch-flavoured MLP in plain NumPy, for the train journey home."""
import numpy as np


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = np.zeros_like(data)


class Linear:
    def __init__(self, rng, fan_in, fan_out):
        bound = 1 / np.sqrt(fan_in)
        self.weight = Parameter(rng.uniform(-bound, bound, (fan_out, fan_in)))
        self.bias = Parameter(rng.uniform(-bound, bound, fan_out))

    def forward(self, x):
        self.inp = x
        return x @ self.weight.data.T + self.bias.data

    def backward(self, g):
        self.weight.grad += g.T @ self.inp
        self.bias.grad += g.sum(axis=0)
        return g @ self.weight.data

    def parameters(self):
        return [self.weight, self.bias]


class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, g):
        return g * (1 - self.out ** 2)

    def parameters(self):
        return []


class CrossEntropyLoss:
    def __call__(self, logits, target):
        z = logits - logits.max(1, keepdims=True)
        self.logp = z - np.log(np.exp(z).sum(1, keepdims=True))
        self.target = target
        return -self.logp[np.arange(len(target)), target].mean()

    def backward(self):
        g = np.exp(self.logp)
        g[np.arange(len(g)), self.target] -= 1
        return g / len(g)


class SGD:
    def __init__(self, params, lr):
        self.params = params
        self.lr = lr

    def zero_grad(self):
        for p in self.params:
            p.grad[...] = 0

    def step(self):
        for p in self.params:
            p.data -= self.lr * p.grad


rng = np.random.default_rng(1234)
layers = [Linear(rng, 2, 24), Tanh(), Linear(rng, 24, 4)]
criterion = CrossEntropyLoss()
optimiser = SGD([p for l in layers for p in l.parameters()], lr=0.1)

# four quadrants, slightly rotated
X = rng.normal(size=(240, 2))
c, s = np.cos(0.4), np.sin(0.4)
R = X @ np.array([[c, -s], [s, c]])
y = (R[:, 0] > 0).astype(int) + 2 * (R[:, 1] > 0)

for epoch in range(30):
    perm = rng.permutation(len(X))
    running = 0.0
    optimiser.zero_grad()
    for start in range(0, len(X), 40):
        batch = perm[start:start + 40]
        out = X[batch]
        for layer in layers:
            out = layer.forward(out)
        running += criterion(out, y[batch])
        grad = criterion.backward()
        for layer in layers[::-1]:
            grad = layer.backward(grad)
        optimiser.step()
    if epoch % 5 == 0:
        print(f"[{epoch + 1:2d}] loss: {running / 6:.4f}")
