import numpy as np
np.random.seed(87)
N, D, H, C = 30, 4, 9, 3
X = np.random.randn(N, D)
y = np.random.randint(C, size=N)
W1 = 0.4 * np.random.randn(D, H); b1 = np.zeros((1, H))
W2 = 0.4 * np.random.randn(H, C); b2 = np.zeros((1, C))
step_size = 0.1

for i in range(100):
    # forward
    hidden_layer = np.maximum(0, np.dot(X, W1) + b1)
    scores = np.dot(hidden_layer, W2) + b2
    exp_scores = np.exp(scores)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    correct_logprobs = -np.log(probs[range(N), y])
    loss = np.sum(correct_logprobs) / N
    if i % 25 == 0:
        print("iteration %d: loss %f" % (i, loss))
    # backward
    dscores = probs
    dscores /= N
    dW2 = np.dot(hidden_layer.T, dscores)
    db2 = np.sum(dscores, axis=0, keepdims=True)
    dhidden = np.dot(dscores, W2.T)
    dhidden[hidden_layer <= 0] = 0
    dW1 = np.dot(X.T, dhidden)
    db1 = np.sum(dhidden, axis=0, keepdims=True)
    W1 += -step_size * dW1
    b1 += -step_size * db1
    W2 += -step_size * dW2
    b2 += -step_size * db2
