import numpy as np

class Layer:
    def forward(self, x):
        raise NotImplementedError
    def backward(self, grad, lr):
        raise NotImplementedError

class Dense(Layer):
    def __init__(self, n_in, n_out):
        self.weights = np.random.randn(n_in, n_out) * 0.5
        self.bias = np.zeros((1, n_out))
    def forward(self, x):
        self.input = x
        return np.dot(self.input, self.weights) + self.bias
    def backward(self, output_error, lr):
        input_error = np.dot(output_error, self.weights.T)
        weights_error = np.dot(self.input.T, output_error)
        self.weights -= lr * weights_error
        self.bias -= lr * np.sum(output_error, axis=0, keepdims=True)
        return input_error

class Activation(Layer):
    def __init__(self, f, df):
        self.f, self.df = f, df
    def forward(self, x):
        self.input = x
        return self.f(x)
    def backward(self, output_error, lr):
        return self.df(self.input) * output_error

def tanh(x): return np.tanh(x)
def tanh_prime(x): return 1 - np.tanh(x)**2

def mse(y_true, y_pred): return np.mean(np.power(y_true - y_pred, 2))
def mse_prime(y_true, y_pred): return 2 * (y_pred - y_true) / y_true.size

class Network:
    def __init__(self):
        self.layers = []
    def add(self, layer):
        self.layers.append(layer)
    def fit(self, x, y, epochs, lr):
        for i in range(epochs):
            out = x
            for layer in self.layers:
                out = layer.forward(out)
            err = mse(y, out)
            grad = mse_prime(y, out)
            for layer in reversed(self.layers):
                grad = layer.backward(grad, lr)
            if i % 50 == 0:
                print('epoch %d   error=%f' % (i, err))

np.random.seed(3)
x_train = np.random.uniform(-1, 1, (25, 3))
y_train = (x_train[:, :1] * x_train[:, 1:2])
net = Network()
net.add(Dense(3, 6))
net.add(Activation(tanh, tanh_prime))
net.add(Dense(6, 1))
net.add(Activation(tanh, tanh_prime))
net.fit(x_train, y_train, epochs=200, lr=0.1)
