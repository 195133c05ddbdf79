# no numpy, on purpose
import math
import random

random.seed(4)

def sigmoid(x):
    return 1.0 / (1.0 + math.exp(-x))

n_inputs, n_hidden, n_outputs = 2, 3, 1
hidden_weights = [[random.uniform(-1, 1) for _ in range(n_inputs)] for _ in range(n_hidden)]
hidden_bias = [random.uniform(-1, 1) for _ in range(n_hidden)]
output_weights = [[random.uniform(-1, 1) for _ in range(n_hidden)] for _ in range(n_outputs)]
output_bias = [random.uniform(-1, 1) for _ in range(n_outputs)]
rate = 0.5

data = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]

for epoch in range(200):
    total = 0.0
    for inputs, targets in data:
        hidden = []
        for j in range(n_hidden):
            s = hidden_bias[j]
            for i in range(n_inputs):
                s += hidden_weights[j][i] * inputs[i]
            hidden.append(sigmoid(s))
        outputs = []
        for k in range(n_outputs):
            s = output_bias[k]
            for j in range(n_hidden):
                s += output_weights[k][j] * hidden[j]
            outputs.append(sigmoid(s))
        total += sum(0.5 * (t - o) ** 2 for t, o in zip(targets, outputs))
        output_deltas = [0.0] * n_outputs
        for k in range(n_outputs):
            output_deltas[k] = (targets[k] - outputs[k]) * outputs[k] * (1 - outputs[k])
        hidden_deltas = [0.0] * n_hidden
        for j in range(n_hidden):
            error = 0.0
            for k in range(n_outputs):
                error += output_deltas[k] * output_weights[k][j]
            hidden_deltas[j] = error * hidden[j] * (1 - hidden[j])
        for k in range(n_outputs):
            for j in range(n_hidden):
                output_weights[k][j] += rate * output_deltas[k] * hidden[j]
            output_bias[k] += rate * output_deltas[k]
        for j in range(n_hidden):
            for i in range(n_inputs):
                hidden_weights[j][i] += rate * hidden_deltas[j] * inputs[i]
            hidden_bias[j] += rate * hidden_deltas[j]
    if epoch % 50 == 0:
        print(epoch, total)
