import numpy as np

def model_loss(W, X, T, reg):
    hidden = np.tanh(X.dot(W['hidden']))
    out = hidden.dot(W['output'])
    data_loss = np.mean((out - T) ** 2)
    reg_loss = reg * (np.sum(W['hidden'] ** 2) + np.sum(W['output'] ** 2))
    return hidden, out, data_loss + reg_loss

def model_grad(W, X, T, hidden, out, reg):
    dout = 2.0 * (out - T) / out.size
    grad = {}
    grad['output'] = hidden.T.dot(dout) + reg * W['output']
    dhidden = dout.dot(W['output'].T) * (1.0 - hidden * hidden)
    grad['hidden'] = X.T.dot(dhidden) + reg * W['hidden']
    return grad

r = np.random.RandomState(930)
X = r.randn(33, 4)
T = np.stack([X[:, 0] * X[:, 1], np.cos(X[:, 2])], axis=1)
W = {'hidden': r.randn(4, 7) * 0.4, 'output': r.randn(7, 2) * 0.4}
for k in range(120):
    hidden, out, loss = model_loss(W, X, T, 0.02)
    grad = model_grad(W, X, T, hidden, out, 0.02)
    for name in grad:
        W[name] = W[name] - 0.1 * grad[name]
    if k % 40 == 0:
        print(k, loss)
