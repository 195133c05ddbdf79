"""One backward pass through a network with three inputs, two hidden units and one output."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# Given: one sample, its target, and the weights (a row for each unit below, a column for each unit above).
x = np.array([0.5, 0.1, -0.2])
target = 0.6
learnrate = 0.5

weights_input_hidden = np.array([[0.5, -0.6], [0.1, -0.2], [0.1, 0.7]])
weights_hidden_output = np.array([0.1, -0.3])

# Given: the forward pass.
hidden_layer_input = x @ weights_input_hidden
hidden_layer_output = sigmoid(hidden_layer_input)
output_layer_in = hidden_layer_output @ weights_hidden_output
output = sigmoid(output_layer_in)

# TODO: how far is the output below the target?
error = None

# TODO: the error term of the output unit
output_error_term = None

# TODO: the error terms of the two hidden units, shape (2,)
hidden_error_term = None

# TODO: the step of the weights from hidden to output, shape (2,)
delta_w_h_o = None

# TODO: the step of the weights from input to hidden, shape (3, 2)
delta_w_i_h = None

print("Change in the weights from hidden to output:")
print(delta_w_h_o)
print("Change in the weights from input to hidden:")
print(delta_w_i_h)
