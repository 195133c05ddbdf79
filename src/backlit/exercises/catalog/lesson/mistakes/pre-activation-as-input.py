"""pre-activation-as-input: The step from hidden to output uses the sums that go into the hidden units, not what comes out.

delta_w_h_o = learnrate * output_error_term * hidden_layer_output
"""

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

error = target - output

output_error_term = error * output * (1 - output)

hidden_error_term = output_error_term * weights_hidden_output * hidden_layer_output * (1 - hidden_layer_output)

delta_w_h_o = learnrate * output_error_term * hidden_layer_input

delta_w_i_h = learnrate * hidden_error_term * x[:, None]

print("Change in the weights from hidden to output:")
print(delta_w_h_o)
print("Change in the weights from input to hidden:")
print(delta_w_i_h)
