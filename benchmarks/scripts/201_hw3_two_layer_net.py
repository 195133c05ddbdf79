# HW3, Problem 2: Two-layer net with a leaky ReLU.
# Fill in the parts marked TODO.   (done! -- M. Okafor, section B)
import numpy as np

np.random.seed(231)


class TwoLayerNet(object):
    """
    affine - leaky relu - affine - softmax
    W1: (D, H), b1: (H,), W2: (H, C), b2: (C,)
    """

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

        # TODO: forward pass
        pre = X.dot(W1) + b1
        h = np.where(pre > 0, pre, 0.1 * pre)
        scores = h.dot(W2) + b2
        if y is None:
            return scores

        # TODO: loss
        shifted = scores - scores.max(axis=1, keepdims=True)
        logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        loss = -logp[np.arange(N), y].sum() / N
        loss += reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

        # TODO: backward pass
        grads = {}
        dscores = np.exp(logp)
        dscores[range(N), y] -= 1
        dscores /= N
        grads['W2'] = h.T.dot(dscores) + 2 * reg * W2
        grads['b2'] = dscores.sum(axis=0)
        dh = dscores.dot(W2.T)
        dpre = dh * np.where(pre > 0, 1, 0.1)
        grads['W1'] = X.T.dot(dpre) + 2 * reg * W1
        grads['b1'] = dpre.sum(axis=1)
        return loss, grads

    def train(self, X, y, X_val, y_val, learning_rate=1e-1, learning_rate_decay=0.97,
              reg=1e-4, num_iters=300, batch_size=24, verbose=True):
        loss_history = []
        iterations_per_epoch = max(X.shape[0] // batch_size, 1)
        for it in range(num_iters):
            idx = np.random.choice(X.shape[0], batch_size)
            loss, grads = self.loss(X[idx], y=y[idx], reg=reg)
            loss_history.append(loss)
            for name in self.params:
                self.params[name] -= learning_rate * grads[name]
            if verbose and it % 60 == 0:
                print('iteration %d / %d: loss %f' % (it, num_iters, loss))
            if it % iterations_per_epoch == 0:
                val_acc = (self.predict(X_val) == y_val).mean()
                learning_rate *= learning_rate_decay
        print('final loss %f, val accuracy %.3f' % (np.mean(loss_history[-10:]), val_acc))
        return loss_history

    def predict(self, X):
        return np.argmax(self.loss(X), axis=1)


def get_toy_data(n=240):
    """three spiral-ish arms"""
    t = np.random.rand(n) * 2 + 0.2
    y = np.random.randint(3, size=n)
    ang = 1.3 * t + y * 2 * np.pi / 3
    X = np.stack([t * np.cos(ang), t * np.sin(ang)], axis=1) + 0.08 * np.random.randn(n, 2)
    return X, y


X, y = get_toy_data()
net = TwoLayerNet(2, 24, 3)
net.train(X[:192], y[:192], X[192:], y[192:])
