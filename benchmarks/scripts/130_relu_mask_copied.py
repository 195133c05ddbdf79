# extending the cs231n toy net to TWO hidden layers
# train accuracy is stuck lower than with one layer, any idea why?
import numpy as np

np.random.seed(0)
N = 80  # points per class
D = 2
K = 3
X = np.zeros((N * K, D))
y = np.zeros(N * K, dtype='uint8')
for j in range(K):
    ix = range(N * j, N * (j + 1))
    r = np.linspace(0.0, 1, N)
    t = np.linspace(j * 4, (j + 1) * 4, N) + np.random.randn(N) * 0.2
    X[ix] = np.c_[r * np.sin(t), r * np.cos(t)]
    y[ix] = j

h = 30
W1 = 0.5 * np.random.randn(D, h)
b1 = np.zeros((1, h))
W2 = 0.2 * np.random.randn(h, h)
b2 = np.zeros((1, h))
W3 = 0.2 * np.random.randn(h, K)
b3 = np.zeros((1, K))

step_size = 0.5
reg = 1e-3
num_examples = X.shape[0]

for i in range(1500):
    hidden1 = np.maximum(0, np.dot(X, W1) + b1)
    hidden2 = np.maximum(0, np.dot(hidden1, W2) + b2)
    scores = np.dot(hidden2, W3) + b3

    exp_scores = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)

    data_loss = np.sum(-np.log(probs[range(num_examples), y])) / num_examples
    reg_loss = 0.5 * reg * (np.sum(W1 * W1) + np.sum(W2 * W2) + np.sum(W3 * W3))
    loss = data_loss + reg_loss
    if i % 250 == 0:
        print("iteration %d: loss %f" % (i, loss))

    dscores = probs
    dscores[range(num_examples), y] -= 1
    dscores /= num_examples

    dW3 = np.dot(hidden2.T, dscores)
    db3 = np.sum(dscores, axis=0, keepdims=True)
    dhidden2 = np.dot(dscores, W3.T)
    dhidden2[hidden2 <= 0] = 0

    dW2 = np.dot(hidden1.T, dhidden2)
    db2 = np.sum(dhidden2, axis=0, keepdims=True)
    dhidden1 = np.dot(dhidden2, W2.T)
    dhidden1[hidden2 <= 0] = 0

    dW1 = np.dot(X.T, dhidden1)
    db1 = np.sum(dhidden1, axis=0, keepdims=True)

    dW3 += reg * W3
    dW2 += reg * W2
    dW1 += reg * W1

    W1 += -step_size * dW1
    b1 += -step_size * db1
    W2 += -step_size * dW2
    b2 += -step_size * db2
    W3 += -step_size * dW3
    b3 += -step_size * db3

hidden1 = np.maximum(0, np.dot(X, W1) + b1)
hidden2 = np.maximum(0, np.dot(hidden1, W2) + b2)
scores = np.dot(hidden2, W3) + b3
print('training accuracy: %.2f' % (np.mean(np.argmax(scores, axis=1) == y)))
