# simple NN for titanic-like data, v3 (LB 0.77)
import numpy as np
SEED = 2020
np.random.seed(SEED)

train_x = np.column_stack([np.random.randint(1, 4, 70), np.random.randint(0, 2, 70),
                           np.random.gamma(5, 6, 70), np.random.exponential(30, 70)]).astype(float)
train_x = (train_x - train_x.mean(0)) / train_x.std(0)
train_y = (train_x[:, 1] - train_x[:, 0] * 0.5 + np.random.randn(70) * 0.3 > 0).astype(int).reshape(-1, 1)

sigmoid = lambda v: 1 / (1 + np.exp(-v))

model = {
    'w_hidden': np.random.normal(0, .5, (4, 6)), 'b_hidden': np.zeros((1, 6)),
    'w_out': np.random.normal(0, .5, (6, 1)), 'b_out': np.zeros((1, 1)),
}

def train_step(model, x, y, lr):
    n = len(x)
    z_hidden = x @ model['w_hidden'] + model['b_hidden']
    a_hidden = sigmoid(z_hidden)
    y_prob = sigmoid(a_hidden @ model['w_out'] + model['b_out'])
    logloss = -np.mean(y * np.log(y_prob) + (1 - y) * np.log(1 - y_prob))
    grads = {}
    err = (y_prob - y) / n
    grads['w_out'] = a_hidden.T @ err
    grads['b_out'] = err.sum(axis=0, keepdims=True)
    err_hidden = (err @ model['w_out'].T) * (z_hidden * (1 - z_hidden))
    grads['w_hidden'] = x.T @ err_hidden
    grads['b_hidden'] = err_hidden.sum(axis=0, keepdims=True)
    for k in model:
        model[k] -= lr * grads[k]
    return logloss

history = []
for epoch in range(60):
    history.append(train_step(model, train_x, train_y, lr=0.2))
    if epoch % 20 == 0:
        print(f'epoch {epoch:3d} logloss {history[-1]:.4f}')
