import numpy as np
from scipy.special import expit

# "make your own network" style: columns of one sample, transfer function from scipy
class neuralNetwork:
    def __init__(self, inputnodes, hiddennodes, outputnodes, learningrate):
        self.lr = learningrate
        self.wih = np.random.normal(0.0, pow(inputnodes, -0.5), (hiddennodes, inputnodes))
        self.who = np.random.normal(0.0, pow(hiddennodes, -0.5), (outputnodes, hiddennodes))
        self.activation_function = lambda x: expit(x)

    def train(self, inputs_list, targets_list):
        inputs = np.array(inputs_list, ndmin=2).T
        targets = np.array(targets_list, ndmin=2).T
        hidden_inputs = np.dot(self.wih, inputs)
        hidden_outputs = self.activation_function(hidden_inputs)
        final_inputs = np.dot(self.who, hidden_outputs)
        final_outputs = self.activation_function(final_inputs)
        output_errors = targets - final_outputs
        hidden_errors = np.dot(self.who.T, output_errors)
        self.who += self.lr * np.dot(output_errors * final_outputs * (1.0 - final_outputs), hidden_outputs.T)
        self.wih += self.lr * np.dot(hidden_errors * hidden_outputs * (1.0 - hidden_outputs), inputs.T)

np.random.seed(2)
n = neuralNetwork(6, 5, 3, 0.2)
records = np.random.rand(40, 6)
digits = np.argmax(records[:, :3], axis=1)
for epoch in range(4):
    for record, digit in zip(records, digits):
        targets = np.zeros(3) + 0.01
        targets[digit] = 0.99
        n.train(record * 0.99 + 0.01, targets)
