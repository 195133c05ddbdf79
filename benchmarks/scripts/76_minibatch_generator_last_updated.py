import numpy as np

def batches(X, y, size):
    for i in range(0, len(X), size):
        yield X[i:i + size], y[i:i + size]

def relu(x): return x * (x > 0)
def d_relu(x): return (x > 0) * 1.0

rng = np.random.default_rng(6)
X = rng.normal(size=(80, 6))
y = np.abs(X[:, :2]) @ np.array([[1.0, -0.5], [0.5, 1.0]])
W_in = rng.normal(size=(6, 11)) * np.sqrt(2 / 6)
W_out = rng.normal(size=(11, 2)) * np.sqrt(2 / 11)
alpha = 0.01
for epoch in range(10):
    epoch_loss = 0
    for xb, yb in batches(X, y, 20):
        pre_h = np.matmul(xb, W_in)
        h = relu(pre_h)
        y_hat = np.matmul(h, W_out)
        epoch_loss += np.mean((y_hat - yb) ** 2)
        delta_out = 2 * (y_hat - yb) / yb.size
        W_out -= alpha * np.matmul(h.T, delta_out)
        delta_h = np.matmul(delta_out, W_out.T) * d_relu(pre_h)
        W_in -= alpha * np.matmul(xb.T, delta_h)
    print(epoch, epoch_loss / 4)
