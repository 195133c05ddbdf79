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

# doing it with loops so I can follow the indices
error = target - output
print('error is', error)

output_error_term = error * output * (1 - output)

hidden_error_term = [0, 0]
for j in range(2):
    hidden_error_term[j] = weights_hidden_output[j] * output_error_term
    print('unit', j, hidden_error_term[j])

delta_w_h_o = [0, 0]
for j in range(2):
    delta_w_h_o[j] = learnrate * output_error_term * hidden_layer_output[j]

delta_w_i_h = [[0, 0], [0, 0], [0, 0]]
for i in range(3):
    for j in range(2):
        delta_w_i_h[i][j] = learnrate * hidden_error_term[j] * x[i]

print('Change in weights for hidden layer to output layer:')
print(delta_w_h_o)
print('Change in weights for input layer to hidden layer:')
print(delta_w_i_h)
