import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

x = np.array([0.5, 0.1, -0.2])
target = 0.6
learnrate = 0.5

weights_input_hidden = np.array([[0.5, -0.6], [0.1, -0.2], [0.1, 0.7]])
weights_hidden_output = np.array([0.1, -0.3])

hidden_layer_input = np.dot(x, weights_input_hidden)
hidden_layer_output = sigmoid(hidden_layer_input)
output_layer_in = np.dot(hidden_layer_output, weights_hidden_output)
output = sigmoid(output_layer_in)

diff = output - target
error = diff
grad_out = output * (1 - output)
output_error_term = error * grad_out
grad_hid = hidden_layer_output * (1 - hidden_layer_output)
hidden_error_term = output_error_term * weights_hidden_output * grad_hid
delta_w_h_o = hidden_layer_output * output_error_term * learnrate
delta_w_i_h = x.reshape(3, 1) @ hidden_error_term.reshape(1, 2) * learnrate

print('Change in weights for hidden layer to output layer:')
print(delta_w_h_o)
print('Change in weights for input layer to hidden layer:')
print(delta_w_i_h)
