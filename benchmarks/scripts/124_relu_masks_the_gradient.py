# Assignment 1: two-layer net as in the notes, my version
import numpy as np


class TwoLayerNet(object):
    def __init__(self, input_size, hidden_size, output_size, std=0.3):
        self.params = {}
        self.params['W1'] = std * np.random.randn(input_size, hidden_size)
        self.params['b1'] = np.zeros(hidden_size)
        self.params['W2'] = std * np.random.randn(hidden_size, output_size)
        self.params['b2'] = np.zeros(output_size)

    def loss(self, X, y=None, reg=0.0):
        W1, b1 = self.params['W1'], self.params['b1']
        W2, b2 = self.params['W2'], self.params['b2']
        N, D = X.shape
        hidden = X.dot(W1) + b1
        relu = np.maximum(0, hidden)
        scores = relu.dot(W2) + b2
        if y is None:
            return scores
        shift = scores - np.max(scores, axis=1, keepdims=True)
        probs = np.exp(shift) / np.sum(np.exp(shift), axis=1, keepdims=True)
        loss = np.sum(-np.log(probs[np.arange(N), y])) / N
        loss += reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

        grads = {}
        dscores = probs
        dscores[np.arange(N), y] -= 1
        dscores /= N
        grads['W2'] = relu.T.dot(dscores) + 2 * reg * W2
        grads['b2'] = np.sum(dscores, axis=0)
        drelu = dscores.dot(W2.T)
        drelu[drelu <= 0] = 0
        grads['W1'] = X.T.dot(drelu) + 2 * reg * W1
        grads['b1'] = np.sum(drelu, axis=0)
        return loss, grads

    def train(self, X, y, X_val, y_val, learning_rate=0.2, learning_rate_decay=0.95,
              reg=1e-3, num_iters=100, batch_size=25, verbose=True):
        num_train = X.shape[0]
        iterations_per_epoch = max(num_train // batch_size, 1)
        for it in range(num_iters):
            picked = np.random.choice(num_train, batch_size, replace=False)
            loss, grads = self.loss(X[picked], y=y[picked], reg=reg)
            for p in self.params:
                self.params[p] -= learning_rate * grads[p]
            if verbose and it % 50 == 0:
                print('iteration %d / %d: loss %f' % (it, num_iters, loss))
            if it % iterations_per_epoch == 0:
                val_acc = (self.predict(X_val) == y_val).mean()
                learning_rate *= learning_rate_decay
        print('val', val_acc)

    def predict(self, X):
        return np.argmax(self.loss(X), axis=1)


np.random.seed(124)
X = np.random.randn(130, 5)
y = (X[:, 0] > 0).astype(int) + (X[:, 1] + X[:, 2] > 1).astype(int)
net = TwoLayerNet(5, 12, 3)
net.train(X[:100], y[:100], X[100:], y[100:])
