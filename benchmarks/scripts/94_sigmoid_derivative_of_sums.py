import numpy as np

class NeuralNetwork():

    def __init__(self):
        np.random.seed(1)
        self.synaptic_weights_1 = 2 * np.random.random((3, 4)) - 1
        self.synaptic_weights_2 = 2 * np.random.random((4, 1)) - 1

    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def sigmoid_derivative(self, x):
        return x * (1 - x)

    def think(self, inputs):
        self.sum_1 = np.dot(inputs, self.synaptic_weights_1)
        self.hidden = self.sigmoid(self.sum_1)
        self.sum_2 = np.dot(self.hidden, self.synaptic_weights_2)
        return self.sigmoid(self.sum_2)

    def train(self, training_inputs, training_outputs, iterations):
        for iteration in range(iterations):
            output = self.think(training_inputs)
            error = training_outputs - output
            delta_2 = error * self.sigmoid_derivative(output)
            delta_1 = np.dot(delta_2, self.synaptic_weights_2.T) * self.sigmoid_derivative(self.sum_1)
            self.synaptic_weights_2 += np.dot(self.hidden.T, delta_2)
            self.synaptic_weights_1 += np.dot(training_inputs.T, delta_1)

if __name__ == "__main__":
    nn = NeuralNetwork()
    training_inputs = np.array([[0, 0, 1], [1, 1, 1], [1, 0, 1], [0, 1, 1], [0.5, 0.2, 1]])
    training_outputs = np.array([[0, 1, 1, 0, 1]]).T
    nn.train(training_inputs, training_outputs, 60)
    print(nn.think(np.array([1, 0, 0])))
