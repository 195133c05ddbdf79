import numpy as np
import matplotlib.pyplot as plt

def softmax(z):
    exps = np.exp(z - z.max())
    return exps / np.sum(exps)

def relu(z):
    return np.maximum(0, z)

def cross_entropy(pred, real):
    n_samples = real.shape[0]
    return -np.sum(real * np.log(pred)) / n_samples

def error(pred, real):
    n_samples = real.shape[0]
    return (pred - real) / n_samples

class MyNN:
    def __init__(self, x, y):
        self.x = x
        neurons = 10
        self.lr = 0.5
        ip_dim = x.shape[1]
        op_dim = y.shape[1]
        self.w1 = np.random.randn(ip_dim, neurons) * 0.5
        self.b1 = np.zeros((1, neurons))
        self.w2 = np.random.randn(neurons, neurons) * 0.5
        self.b2 = np.zeros((1, neurons))
        self.w3 = np.random.randn(neurons, op_dim) * 0.5
        self.b3 = np.zeros((1, op_dim))
        self.y = y

    def feedforward(self):
        z1 = np.dot(self.x, self.w1) + self.b1
        self.a1 = relu(z1)
        z2 = np.dot(self.a1, self.w2) + self.b2
        self.a2 = relu(z2)
        z3 = np.dot(self.a2, self.w3) + self.b3
        self.a3 = softmax(z3)

    def backprop(self):
        loss = cross_entropy(self.a3, self.y)
        self.losses.append(loss)
        a3_delta = error(self.a3, self.y)  # w3
        z2_delta = np.dot(a3_delta, self.w3.T)
        a2_delta = z2_delta * (self.a2 > 0)  # w2
        z1_delta = np.dot(a2_delta, self.w2.T)
        a1_delta = z1_delta * (self.a1 > 0)  # w1

        self.w3 -= self.lr * np.dot(self.a2.T, a3_delta)
        self.b3 -= self.lr * np.sum(a3_delta, axis=0, keepdims=True)
        self.w2 -= self.lr * np.dot(self.a1.T, a2_delta)
        self.b2 -= self.lr * np.sum(a2_delta, axis=0)
        self.w1 -= self.lr * np.dot(self.x.T, a1_delta)
        self.b1 -= self.lr * np.sum(a1_delta, axis=0)

    losses = []

np.random.seed(110)
x = np.random.rand(45, 4)
label = np.argmax(x[:, :3], axis=1)
y = np.eye(3)[label]
model = MyNN(x, y)
for i in range(60):
    model.feedforward()
    model.backprop()
print(model.losses[0], model.losses[-1])
print("accuracy", np.mean(np.argmax(model.a3, axis=1) == label))
plt.plot(model.losses)
plt.show()
