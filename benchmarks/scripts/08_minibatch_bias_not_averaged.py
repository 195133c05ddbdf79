import numpy as np
np.random.seed(12)

def relu(z): return np.maximum(0, z)
def softmax(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)

X_train = np.random.randn(90, 6)
labels = np.argmax(X_train[:, :3], axis=1)
y_train = np.eye(3)[labels]

W1 = np.random.randn(6, 8) * np.sqrt(2/6)
b1 = np.zeros((1, 8))
W2 = np.random.randn(8, 3) * np.sqrt(2/8)
b2 = np.zeros((1, 3))
batch_size = 15
learning_rate = 0.02

for epoch in range(8):
    perm = np.random.permutation(len(X_train))
    losses = []
    for start in range(0, len(X_train), batch_size):
        idx = perm[start:start+batch_size]
        xb, yb = X_train[idx], y_train[idx]
        # forward
        z1 = xb.dot(W1) + b1
        a1 = relu(z1)
        z2 = a1.dot(W2) + b2
        probs = softmax(z2)
        losses.append(-np.mean(np.sum(yb * np.log(probs + 1e-9), axis=1)))
        # backward
        dz2 = probs - yb
        dW2 = a1.T.dot(dz2) / batch_size
        db2 = np.sum(dz2, axis=0, keepdims=True)
        dz1 = dz2.dot(W2.T) * (z1 > 0)
        dW1 = xb.T.dot(dz1) / batch_size
        db1 = np.sum(dz1, axis=0, keepdims=True)
        # update
        W1 -= learning_rate * dW1
        b1 -= learning_rate * db1
        W2 -= learning_rate * dW2
        b2 -= learning_rate * db2
    print("epoch", epoch, "loss", np.mean(losses))
