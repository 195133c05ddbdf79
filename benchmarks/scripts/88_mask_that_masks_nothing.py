import numpy as np

class TwoLayerNet(object):
    def __init__(self, input_size, hidden_size, output_size, std=0.3):
        rng = np.random.RandomState(0)
        self.params = {}
        self.params['W1'] = std * rng.randn(input_size, hidden_size)
        self.params['b1'] = np.zeros(hidden_size)
        self.params['W2'] = std * rng.randn(hidden_size, output_size)
        self.params['b2'] = np.zeros(output_size)

    def loss(self, X, y):
        W1, b1 = self.params['W1'], self.params['b1']
        W2, b2 = self.params['W2'], self.params['b2']
        N = X.shape[0]
        h1 = np.maximum(0, X.dot(W1) + b1)
        scores = h1.dot(W2) + b2
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(N), y]).mean()
        grads = {}
        dscores = p.copy()
        dscores[np.arange(N), y] -= 1
        dscores /= N
        grads['W2'] = h1.T.dot(dscores)
        grads['b2'] = dscores.sum(axis=0)
        dh1 = dscores.dot(W2.T)
        dh1[h1 < 0] = 0
        grads['W1'] = X.T.dot(dh1)
        grads['b1'] = dh1.sum(axis=0)
        return loss, grads

    def train(self, X, y, learning_rate=0.2, num_iters=60):
        history = []
        for it in range(num_iters):
            loss, grads = self.loss(X, y)
            history.append(loss)
            for name in self.params:
                self.params[name] -= learning_rate * grads[name]
        return history

rng = np.random.RandomState(1)
X = rng.randn(48, 5)
y = (X[:, 0] * X[:, 1] > 0).astype(int) + (X[:, 2] > 1)
net = TwoLayerNet(5, 10, 3)
print(net.train(X, y)[-1])
