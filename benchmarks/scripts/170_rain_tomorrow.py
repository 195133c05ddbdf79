import numpy as np
rng = np.random.default_rng(55)

# fake weather: humidity, pressure, wind -> rain tomorrow
X = rng.normal(size=(240, 3))
y = (1.4*X[:, :1] - 1.2*X[:, 1:2] + X[:, 2:]*(X[:, :1] > 0) + rng.normal(0, 0.5, (240, 1)) > 0.3)*1.0

relu = lambda t: np.maximum(t, 0)
sigmoid = lambda t: 1/(1+np.exp(-t))

W1, b1 = rng.normal(0, 0.6, (3, 9)), np.zeros((1, 9))
W2, b2 = rng.normal(0, 0.6, (9, 1)), np.zeros((1, 1))
lr, bs = 0.2, 40

for ep in range(100):
    idx = rng.permutation(240)
    tot = 0
    for k in range(0, 240, bs):
        xb, yb = X[idx[k:k+bs]], y[idx[k:k+bs]]
        z1 = xb @ W1 + b1
        a1 = relu(z1)
        z2 = a1 @ W2 + b2
        a2 = sigmoid(z2)
        tot += -(yb*np.log(a2) + (1-yb)*np.log(1-a2)).sum()
        dz2 = a2 - yb
        dW2 = a1.T @ dz2 / bs
        db2 = dz2.mean(axis=0, keepdims=True)
        dz1 = (dz2 @ W2.T) * (z1 > 0)
        dW1 = xb.T @ dz1 / bs
        db1 = dz1.mean(axis=0, keepdims=True)
        W1 -= lr*dW1; b1 -= lr*db2
        W2 -= lr*dW2; b2 -= lr*db2
    if ep % 10 == 0:
        print(f'ep {ep:2d}: {tot/240:.4f}')
print('b1 =', b1.round(3), '<- why all the same?')
