#!/usr/bin/env python
# coding: utf-8

# # Fraud detection from scratch with focal loss
# The classes are very imbalanced, so cross entropy is dominated by easy negatives.

# In[1]:


import numpy as np
SEED = 8
np.random.seed(SEED)


# ## Synthetic data (the real csv can't be shared)

# In[2]:


N = 400
X = np.random.randn(N, 6)
score = X[:, 0] * X[:, 1] + X[:, 2] + 0.5 * np.abs(X[:, 3]) - 2.2
y = (score + 0.3 * np.random.randn(N) > 0).astype(np.float64).reshape(-1, 1)
print('positives: {:.1f} %'.format(100 * y.mean()))
X_train, X_valid = X[:300], X[300:]
y_train, y_valid = y[:300], y[300:]


# ## Model

# In[3]:


GAMMA, ALPHA = 2.0, 0.75

def init():
    return [np.random.randn(6, 18) * np.sqrt(2 / 6), np.zeros((1, 18)),
            np.random.randn(18, 1) * np.sqrt(2 / 18), np.full((1, 1), -1.5)]

def forward(X, w):
    z1 = X.dot(w[0]) + w[1]
    a1 = np.maximum(z1, 0)
    z2 = a1.dot(w[2]) + w[3]
    return z1, a1, 1 / (1 + np.exp(-z2))

def focal_loss(p, y):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    pos = -ALPHA * (1 - p) ** GAMMA * np.log(p)
    neg = -(1 - ALPHA) * p ** GAMMA * np.log(1 - p)
    return (y * pos + (1 - y) * neg).mean()

def focal_grad(p, y):
    # d loss / d logit, worked out on paper
    p = np.clip(p, 1e-12, 1 - 1e-12)
    pos = ALPHA * (1 - p) ** GAMMA * (GAMMA * p * np.log(p) - (1 - p))
    neg = (1 - ALPHA) * p ** GAMMA * (p - GAMMA * (1 - p) * np.log(1 - p))
    return (y * pos + (1 - y) * neg) / len(y)

def backward(X, y, cache, w):
    z1, a1, p = cache
    dz2 = focal_grad(p, y)
    dz1 = dz2.dot(w[2].T)
    dz1[z1 <= 0] = 0
    return [X.T.dot(dz1), dz1.sum(0, keepdims=True), a1.T.dot(dz2), dz2.sum(0, keepdims=True)]


# ## Training with Adam

# In[4]:


w = init()
m = [np.zeros_like(p) for p in w]
v = [np.zeros_like(p) for p in w]
lr, b1, b2, eps = 0.01, 0.9, 0.999, 1e-8
history = {'train': [], 'valid': []}
for it in range(1, 251):
    cache = forward(X_train, w)
    grads = backward(X_train, y_train, cache, w)
    for k, g in enumerate(grads):
        m[k] = b1 * m[k] + (1 - b1) * g
        v[k] = b2 * v[k] + (1 - b2) * g * g
        w[k] = w[k] - lr * (m[k] / (1 - b1 ** it)) / (np.sqrt(v[k] / (1 - b2 ** it)) + eps)
    history['train'].append(focal_loss(cache[-1], y_train))
    history['valid'].append(focal_loss(forward(X_valid, w)[-1], y_valid))
    if it % 50 == 0:
        print(it, 'train %.5f' % history['train'][-1], 'valid %.5f' % history['valid'][-1])


# In[5]:


pred = forward(X_valid, w)[-1] > 0.5
tp = np.sum(pred & (y_valid == 1))
print('recall', tp / max(1, (y_valid == 1).sum()), 'precision', tp / max(1, pred.sum()))
