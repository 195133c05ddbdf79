import numpy as np

np.random.seed(108)
# digits-like: 5x3 pictures of three shapes, noisy
shapes = np.array([
    [0,1,0, 0,1,0, 0,1,0, 0,1,0, 0,1,0],
    [1,1,1, 1,0,1, 1,0,1, 1,0,1, 1,1,1],
    [1,1,1, 0,0,1, 1,1,1, 1,0,0, 1,1,1]], dtype=float)
which = np.random.randint(0, 3, 48)
images = np.clip(shapes[which] + np.random.randn(48, 15) * 0.25, 0, 1)
targets = np.eye(3)[which]

hidden_w = np.random.randn(15, 9) * 0.3
hidden_b = np.zeros((1, 9))
output_w = np.random.randn(9, 3) * 0.3
output_b = np.zeros((1, 3))

def sigmoid(v):
    return 1 / (1 + np.exp(-v))

def softmax(v):
    e = np.exp(v - np.max(v, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)

for epoch in range(80):
    hidden_out = sigmoid(images.dot(hidden_w) + hidden_b)
    final_out = softmax(hidden_out.dot(output_w) + output_b)

    mse = np.mean(np.sum((final_out - targets) ** 2, axis=1))

    # derivative of the softmax is s * (1 - s)
    final_delta = 2 * (final_out - targets) / len(images) * final_out * (1 - final_out)
    hidden_delta = final_delta.dot(output_w.T) * hidden_out * (1 - hidden_out)

    output_w -= 0.8 * hidden_out.T.dot(final_delta)
    output_b -= 0.8 * final_delta.sum(axis=0, keepdims=True)
    hidden_w -= 0.8 * images.T.dot(hidden_delta)
    hidden_b -= 0.8 * hidden_delta.sum(axis=0, keepdims=True)

    if epoch % 20 == 0:
        print(epoch, mse, (final_out.argmax(1) == which).mean())
