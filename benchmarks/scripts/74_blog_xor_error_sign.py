import numpy as np

class NeuralNetwork():
    def __init__(self, inputs, outputs):
        self.inputs = inputs
        self.outputs = outputs
        np.random.seed(42)
        self.weights_ih = np.random.uniform(-1, 1, (3, 4))
        self.weights_ho = np.random.uniform(-1, 1, (4, 1))
        self.error_history = []

    def sigmoid(self, x, deriv=False):
        if deriv == True:
            return x * (1 - x)
        return 1 / (1 + np.exp(-x))

    def feed_forward(self):
        self.hidden = self.sigmoid(np.dot(self.inputs, self.weights_ih))
        self.prediction = self.sigmoid(np.dot(self.hidden, self.weights_ho))

    def backpropagation(self):
        self.error = self.prediction - self.outputs
        delta_o = self.error * self.sigmoid(self.prediction, deriv=True)
        delta_h = np.dot(delta_o, self.weights_ho.T) * self.sigmoid(self.hidden, deriv=True)
        self.weights_ho += np.dot(self.hidden.T, delta_o)
        self.weights_ih += np.dot(self.inputs.T, delta_h)

    def train(self, epochs=30):
        for epoch in range(epochs):
            self.feed_forward()
            self.backpropagation()
            self.error_history.append(np.average(np.abs(self.error)))

inputs = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 1], [0, 0, 0]])
outputs = np.array([[0], [0], [0], [1], [1], [1], [0]])
NN = NeuralNetwork(inputs, outputs)
NN.train()
print(NN.predict([[1, 1, 0]]) if hasattr(NN, 'predict') else NN.prediction)
