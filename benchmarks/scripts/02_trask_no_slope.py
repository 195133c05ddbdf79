import numpy as np

# sigmoid
def nonlin(x, deriv=False):
    if deriv:
        return x*(1-x)
    return 1/(1+np.exp(-x))

X = np.array([[0,0,1],[0,1,1],[1,0,1],[1,1,1]])
y = np.array([[0],[1],[1],[0]])
np.random.seed(42)
syn0 = np.random.randn(3,6)
syn1 = np.random.randn(6,1)
alpha = 0.5
for j in range(500):
    layer_0 = X
    layer_1 = nonlin(layer_0.dot(syn0))
    layer_2 = nonlin(layer_1.dot(syn1))
    layer_2_error = layer_2 - y
    layer_2_delta = layer_2_error*nonlin(layer_2, deriv=True)
    layer_1_error = layer_2_delta.dot(syn1.T)
    layer_1_delta = layer_1_error
    syn1 -= alpha * (layer_1.T.dot(layer_2_delta))
    syn0 -= alpha * (layer_0.T.dot(layer_1_delta))
    if j % 100 == 0:
        print(j, np.mean(layer_2_error**2))
