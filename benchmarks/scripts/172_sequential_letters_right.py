"""Sequential model with fit(), history and validation. Data: noisy letters T, L, X, O on a 5 by 5 grid."""
from __future__ import annotations

import numpy as np

GRID = {
    "T": "11111 00100 00100 00100 00100",
    "L": "10000 10000 10000 10000 11111",
    "X": "10001 01010 00100 01010 10001",
    "O": "01110 10001 10001 10001 01110",
}


class Layer:
    trainable = False


class FullyConnected(Layer):
    trainable = True

    def __init__(self, n_inputs: int, n_neurons: int):
        self.weights = 0.3 * np.random.randn(n_inputs, n_neurons)
        self.biases = np.zeros((1, n_neurons))

    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.dot(inputs, self.weights) + self.biases
        return self.output

    def backward(self, output_gradient):
        self.dweights = np.dot(self.inputs.T, output_gradient)
        self.dbiases = np.sum(output_gradient, axis=0, keepdims=True)
        return np.dot(output_gradient, self.weights.T)

    def move(self, rate):
        self.weights -= rate * self.dweights
        self.biases -= rate * self.dbiases


class Sigmoid(Layer):
    def forward(self, inputs):
        self.output = 1 / (1 + np.exp(-inputs))
        return self.output

    def backward(self, output_gradient):
        return output_gradient * (1 - self.output) * self.output


class Softmax(Layer):
    def forward(self, inputs):
        shifted = np.exp(inputs - inputs.max(axis=1, keepdims=True))
        self.output = shifted / shifted.sum(axis=1, keepdims=True)
        return self.output

    def backward(self, output_gradient):
        # the whole jacobian of every row: s * (g - <g, s>)
        inner = np.sum(output_gradient * self.output, axis=1, keepdims=True)
        return self.output * (output_gradient - inner)


class CategoricalCrossentropy:
    def value(self, predicted, one_hot):
        return -np.mean(np.sum(one_hot * np.log(np.clip(predicted, 1e-12, 1)), axis=1))

    def gradient(self, predicted, one_hot):
        return -one_hot / np.clip(predicted, 1e-12, 1) / len(one_hot)


class Sequential:
    def __init__(self):
        self.layers: list[Layer] = []
        self.history: dict[str, list[float]] = {"loss": [], "val_loss": [], "val_accuracy": []}

    def add(self, layer: Layer) -> Sequential:
        self.layers.append(layer)
        return self

    def predict(self, inputs):
        for layer in self.layers:
            inputs = layer.forward(inputs)
        return inputs

    def fit(self, x, y, loss, epochs, batch_size, rate, validation):
        for epoch in range(epochs):
            order = np.random.permutation(len(x))
            for start in range(0, len(x), batch_size):
                chosen = order[start:start + batch_size]
                gradient = loss.gradient(self.predict(x[chosen]), y[chosen])
                for layer in self.layers[::-1]:
                    gradient = layer.backward(gradient)
                for layer in self.layers:
                    if layer.trainable:
                        layer.move(rate)
            x_val, y_val = validation
            predicted = self.predict(x_val)
            self.history["val_loss"].append(loss.value(predicted, y_val))
            self.history["val_accuracy"].append(np.mean(predicted.argmax(1) == y_val.argmax(1)))
            self.history["loss"].append(loss.value(self.predict(x), y))
            if (epoch + 1) % 10 == 0:
                print(f"Epoch {epoch + 1}/{epochs}", {k: round(float(v[-1]), 4) for k, v in self.history.items()})


def dataset(per_letter, noise=0.1):
    x, y = [], []
    for number, drawing in enumerate(GRID.values()):
        pixels = np.array([int(c) for c in drawing.replace(" ", "")])
        for _ in range(per_letter):
            flipped = np.random.rand(25) < noise
            x.append(np.where(flipped, 1 - pixels, pixels))
            y.append(np.eye(len(GRID))[number])
    return np.array(x, dtype=float), np.array(y)


if __name__ == "__main__":
    np.random.seed(64)
    model = Sequential()
    model.add(FullyConnected(25, 12)).add(Sigmoid()).add(FullyConnected(12, 4)).add(Softmax())
    x_train, y_train = dataset(40)
    model.fit(x_train, y_train, CategoricalCrossentropy(), epochs=60, batch_size=16, rate=0.3, validation=dataset(15))
