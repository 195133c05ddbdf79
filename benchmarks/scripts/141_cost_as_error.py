import numpy as np

# My first neural network from scratch! Does a student pass the exam?
# columns: hours studied, hours slept, lectures missed
X = np.array([
    [8.0, 7.0, 0.0],
    [1.0, 8.0, 5.0],
    [6.0, 4.0, 1.0],
    [2.0, 6.0, 3.0],
    [9.0, 8.0, 2.0],
    [0.5, 9.0, 8.0],
    [5.0, 6.0, 2.0],
    [3.0, 3.0, 6.0],
])
y = np.array([[1], [0], [1], [0], [1], [0], [1], [0]])
X = X / X.max(axis=0)

np.random.seed(1)
synapse_0 = 2 * np.random.random((3, 5)) - 1
synapse_1 = 2 * np.random.random((5, 1)) - 1


def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


learning_rate = 0.5

for step in range(5000):
    layer_0 = X
    layer_1 = nonlin(np.dot(layer_0, synapse_0))
    layer_2 = nonlin(np.dot(layer_1, synapse_1))

    # how much did we miss? (squared error)
    error = (layer_2 - y) ** 2

    if step % 1000 == 0:
        print("Mean squared error after", step, "steps:", np.mean(error))

    layer_2_delta = error * nonlin(layer_2, deriv=True)
    layer_1_error = layer_2_delta.dot(synapse_1.T)
    layer_1_delta = layer_1_error * nonlin(layer_1, deriv=True)

    synapse_1 -= learning_rate * layer_1.T.dot(layer_2_delta)
    synapse_0 -= learning_rate * layer_0.T.dot(layer_1_delta)

print("Output after training:")
print(layer_2)
