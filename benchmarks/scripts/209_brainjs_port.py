# A Python port of the heart of a well-known JavaScript neural network library (its plain NeuralNetwork class).
# Kept as close to the JS as I could, that's why it looks un-pythonic :-)
import math
import random

random.seed(2015)


class NeuralNetwork:
    def __init__(self, options=None):
        options = options or {}
        self.learningRate = options.get('learningRate', 0.3)
        self.momentum = options.get('momentum', 0.1)
        self.hiddenLayers = options.get('hiddenLayers', [3])

    def initialize(self, sizes):
        self.sizes = sizes
        self.outputLayer = len(sizes) - 1
        self.biases = [[] for _ in sizes]
        self.weights = [[] for _ in sizes]
        self.outputs = [[0.0] * size for size in sizes]
        self.deltas = [[0.0] * size for size in sizes]
        self.errors = [[0.0] * size for size in sizes]
        self.changes = [[] for _ in sizes]
        for layer in range(1, len(sizes)):
            self.biases[layer] = [random.random() * 0.4 - 0.2 for _ in range(sizes[layer])]
            self.weights[layer] = [[random.random() * 0.4 - 0.2 for _ in range(sizes[layer - 1])]
                                   for _ in range(sizes[layer])]
            self.changes[layer] = [[0.0] * sizes[layer - 1] for _ in range(sizes[layer])]

    def runInput(self, input):
        self.outputs[0] = input
        for layer in range(1, self.outputLayer + 1):
            for node in range(self.sizes[layer]):
                weights = self.weights[layer][node]
                sum = self.biases[layer][node]
                for k in range(len(weights)):
                    sum += weights[k] * input[k]
                self.outputs[layer][node] = 1 / (1 + math.exp(-sum))
            input = self.outputs[layer]
        return input

    def calculateDeltas(self, target):
        layer = self.outputLayer
        while layer >= 0:
            for node in range(self.sizes[layer]):
                output = self.outputs[layer][node]
                error = 0.0
                if layer == self.outputLayer:
                    error = target[node] - output
                else:
                    deltas = self.deltas[layer + 1]
                    for k in range(len(deltas)):
                        error += deltas[k] * self.weights[layer + 1][k][node]
                self.errors[layer][node] = error
                self.deltas[layer][node] = error * output * (1 - output)
            layer -= 1

    def adjustWeights(self):
        for layer in range(1, self.outputLayer + 1):
            incoming = self.outputs[layer - 1]
            for node in range(self.sizes[layer]):
                delta = self.deltas[layer][node]
                for k in range(len(incoming)):
                    change = self.changes[layer][node][k]
                    change = self.learningRate * delta * incoming[k] + self.momentum * change
                    self.changes[layer][node][k] = change
                    self.weights[layer][node][k] += change
                self.biases[layer][node] += self.learningRate * delta

    def trainPattern(self, input, target):
        self.runInput(input)
        self.calculateDeltas(target)
        self.adjustWeights()
        total = 0.0
        for e in self.errors[self.outputLayer]:
            total += e ** 2
        return total / len(target)

    def train(self, data, iterations=2000, errorThresh=0.005, logPeriod=400):
        inputSize, outputSize = len(data[0]['input']), len(data[0]['output'])
        self.initialize([inputSize] + self.hiddenLayers + [outputSize])
        error, i = 1.0, 0
        while i < iterations and error > errorThresh:
            sum = 0.0
            for d in data:
                sum += self.trainPattern(d['input'], d['output'])
            error = sum / len(data)
            if i % logPeriod == 0:
                print('iterations:', i, 'training error:', round(error, 6))
            i += 1
        return {'error': error, 'iterations': i}


net = NeuralNetwork({'hiddenLayers': [5], 'learningRate': 0.6, 'momentum': 0.4})
# is the text colour black or white on this background?
colours = []
for n in range(24):
    r, g, b = random.random(), random.random(), random.random()
    white = 0.299 * r + 0.587 * g + 0.114 * b < 0.5
    colours.append({'input': [r, g, b], 'output': [1, 0] if white else [0, 1]})
print(net.train(colours, iterations=500, logPeriod=100))
print('on navy:', [round(v, 3) for v in net.runInput([0.0, 0.0, 0.5])])
