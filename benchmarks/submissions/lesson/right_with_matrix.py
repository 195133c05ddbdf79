import numpy as np

f = lambda z: 1.0 / (1.0 + np.exp(-z))
x = np.matrix([0.5, 0.1, -0.2])
WIH = np.matrix("0.5 -0.6; 0.1 -0.2; 0.1 0.7")
WHO = np.matrix([[0.1], [-0.3]])
eta = 0.5

H = f(x * WIH)
O = f(H * WHO)
error = 0.6 - O
output_error_term = np.multiply(error, np.multiply(O, 1 - O))
hidden_error_term = np.multiply(output_error_term * WHO.T, np.multiply(H, 1 - H))
delta_w_h_o = (eta * H.T * output_error_term)
delta_w_i_h = (eta * x.T * hidden_error_term)

print('Change in weights for hidden layer to output layer:')
print(delta_w_h_o)
print('Change in weights for input layer to hidden layer:')
print(delta_w_i_h)
