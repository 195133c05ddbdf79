import numpy as np

class Dense:
    def __init__(self, units, input_dim, activation='linear'):
        limit = np.sqrt(6 / (units + input_dim))
        self.kernel = np.random.uniform(-limit, limit, (input_dim, units))
        self.bias = np.zeros(units)
        self.activation = activation

    def call(self, inputs):
        self.inputs = inputs
        self.z = inputs @ self.kernel + self.bias
        if self.activation == 'relu':
            self.out = np.maximum(self.z, 0.0)
        elif self.activation == 'sigmoid':
            self.out = 1 / (1 + np.exp(-self.z))
        else:
            self.out = self.z
        return self.out

    def grad(self, upstream):
        if self.activation == 'relu':
            upstream = upstream * (self.z > 0)
        elif self.activation == 'sigmoid':
            upstream = upstream * self.out * (1 - self.out)
        self.d_kernel = self.inputs.T @ upstream
        self.d_bias = upstream.sum(axis=0)
        return upstream @ self.kernel.T

class Sequential:
    def __init__(self, layers): self.layers = layers
    def predict(self, x):
        for l in self.layers: x = l.call(x)
        return x
    def fit(self, x, y, epochs=50, learning_rate=0.1):
        for e in range(epochs):
            y_pred = self.predict(x)
            loss = np.mean((y - y_pred) ** 2)
            g = -2 * (y - y_pred) / y.size
            for l in reversed(self.layers): g = l.grad(g)
            for l in self.layers:
                l.kernel -= learning_rate * l.d_kernel
                l.bias -= learning_rate * l.d_bias
            if e % 10 == 0: print(f'Epoch {e} - loss: {loss:.4f}')

np.random.seed(42)
x = np.random.randn(100, 4)
y = (x[:, 0:1] * x[:, 1:2] > 0).astype(float)
model = Sequential([Dense(8, 4, 'relu'), Dense(6, 8, 'relu'), Dense(1, 6, 'sigmoid')])
model.fit(x, y)
