"""Which fruit? weight [100 g], diameter [10 cm], redness -> apple / lemon / cherry / melon"""
import numpy as np

class NeuralNet:

    def __init__(self, layers, alpha=0.1, seed=None):
        self.alpha = alpha
        rnd = np.random.RandomState(seed)
        self.weights, self.biases = [], []
        for i in range(len(layers) - 1):
            self.weights.append(rnd.normal(0.0, layers[i] ** -0.5, (layers[i], layers[i + 1])))
            self.biases.append(np.zeros(layers[i + 1]))

    @staticmethod
    def sigmoid(x):
        return 1.0 / (1.0 + np.exp(-x))

    def sigmoid_derivative(self, x):
        return self.sigmoid(x) * (1 - self.sigmoid(x))

    @staticmethod
    def softmax(x):
        ex = np.exp(x - np.max(x, axis=1, keepdims=True))
        return ex / np.sum(ex, axis=1, keepdims=True)

    def feed_forward(self, X):
        self.activations = [X]
        for i in range(len(self.weights)):
            total = np.matmul(self.activations[i], self.weights[i]) + self.biases[i]
            if i + 1 == len(self.weights):
                self.activations.append(self.softmax(total))
            else:
                self.activations.append(self.sigmoid(total))
        return self.activations[-1]

    def back_propagate(self, Y):
        delta = (self.activations[-1] - Y) / len(Y)
        updates = []
        for i in range(len(self.weights) - 1, -1, -1):
            updates.append((i, np.matmul(self.activations[i].T, delta), delta.sum(axis=0)))
            if i > 0:
                delta = np.matmul(delta, self.weights[i].T) * self.sigmoid_derivative(self.activations[i])
        for i, dw, db in updates:
            self.weights[i] -= self.alpha * dw
            self.biases[i] -= self.alpha * db

    def train(self, X, Y, epochs):
        for epoch in range(epochs):
            output = self.feed_forward(X)
            self.back_propagate(Y)
            if epoch % (epochs // 8) == 0:
                loss = -np.sum(Y * np.log(output)) / len(Y)
                print("loss after epoch", epoch, "=", loss)

rnd = np.random.RandomState(3)
typical = np.array([[1.6, 0.75, 0.7], [1.0, 0.6, 0.1], [0.08, 0.2, 0.9], [12.0, 2.0, 0.2]])
labels = rnd.randint(0, 4, 160)
X = typical[labels] * rnd.normal(1, 0.15, (160, 3))
X = np.log(X)
X = (X - X.mean(axis=0)) / X.std(axis=0)
Y = (labels[:, None] == np.arange(4)).astype(float)

net = NeuralNet([3, 6, 5, 4], alpha=0.8, seed=10)
net.train(X, Y, 400)
print("accuracy:", np.mean(net.feed_forward(X).argmax(axis=1) == labels))
