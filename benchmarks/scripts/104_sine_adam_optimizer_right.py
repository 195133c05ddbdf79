"""Fitting sin(x) with a small MLP and a home-made Adam. (post no. 4 of the series)"""
import numpy as np
import matplotlib.pyplot as plt


class Parameter:
    def __init__(self, value):
        self.value = value
        self.grad = np.zeros_like(value)


class Linear:
    def __init__(self, fan_in, fan_out, rng):
        bound = np.sqrt(6 / (fan_in + fan_out))
        self.w = Parameter(rng.uniform(-bound, bound, size=(fan_in, fan_out)))
        self.b = Parameter(np.zeros(fan_out))

    def __call__(self, x):
        self.x = x
        return x @ self.w.value + self.b.value

    def backward(self, dout):
        self.w.grad = self.x.T @ dout
        self.b.grad = dout.sum(axis=0)
        return dout @ self.w.value.T

    def parameters(self):
        return [self.w, self.b]


class Tanh:
    def __call__(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dout):
        return dout * (1 - self.y ** 2)

    def parameters(self):
        return []


class Adam:
    def __init__(self, parameters, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-8):
        self.parameters, self.lr, self.beta1, self.beta2, self.eps = parameters, lr, beta1, beta2, eps
        self.m = [np.zeros_like(p.value) for p in parameters]
        self.v = [np.zeros_like(p.value) for p in parameters]
        self.t = 0

    def step(self):
        self.t += 1
        for i, p in enumerate(self.parameters):
            self.m[i] = self.beta1 * self.m[i] + (1 - self.beta1) * p.grad
            self.v[i] = self.beta2 * self.v[i] + (1 - self.beta2) * p.grad ** 2
            m_hat = self.m[i] / (1 - self.beta1 ** self.t)
            v_hat = self.v[i] / (1 - self.beta2 ** self.t)
            p.value -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


rng = np.random.default_rng(44)
x = np.linspace(-np.pi, np.pi, 60).reshape(-1, 1)
target = np.sin(x) + rng.normal(scale=0.05, size=x.shape)
model = [Linear(1, 12, rng), Tanh(), Linear(12, 8, rng), Tanh(), Linear(8, 1, rng)]
optimizer = Adam([p for layer in model for p in layer.parameters()])
history = []
for step in range(300):
    y = x
    for layer in model:
        y = layer(y)
    loss = np.mean((y - target) ** 2)
    history.append(loss)
    grad = 2 * (y - target) / len(x)
    for layer in reversed(model):
        grad = layer.backward(grad)
    optimizer.step()
print("final loss", history[-1])
plt.plot(history)
plt.figure()
plt.plot(x, target, ".")
plt.plot(x, y)
plt.show()
