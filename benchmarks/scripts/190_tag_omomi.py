# 写真のタグ付け（マルチラベル分類）の練習
# 正例が少ないので、正例だけ損失を重くする (pos_weight)
import numpy as np

rs = np.random.RandomState(21)

N, D, K = 180, 6, 3
X = rs.randn(N, D)
base = X @ rs.randn(D, K)
T = (base + 0.3 * rs.randn(N, K) > 2.0).astype(np.float64)
pos_weight = (N - T.sum(axis=0)) / np.maximum(T.sum(axis=0), 1)
print("正例の割合:", T.mean(axis=0), " 重み:", pos_weight)


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.3):
        self.params = {}
        self.params['W1'] = weight_init_std * rs.randn(input_size, hidden_size)
        self.params['b1'] = np.zeros(hidden_size)
        self.params['W2'] = weight_init_std * rs.randn(hidden_size, output_size)
        self.params['b2'] = np.zeros(output_size)

    def predict(self, x):
        a1 = np.dot(x, self.params['W1']) + self.params['b1']
        z1 = np.maximum(a1, 0)
        a2 = np.dot(z1, self.params['W2']) + self.params['b2']
        return 1 / (1 + np.exp(-a2))

    def loss(self, x, t):
        y = self.predict(x)
        eps = 1e-12
        each = -(pos_weight * t * np.log(y + eps) + (1 - t) * np.log(1 - y + eps))
        return each.sum() / x.shape[0]

    def gradient(self, x, t):
        W2 = self.params['W2']
        batch_num = x.shape[0]
        # forward
        a1 = np.dot(x, self.params['W1']) + self.params['b1']
        z1 = np.maximum(a1, 0)
        y = 1 / (1 + np.exp(-(np.dot(z1, W2) + self.params['b2'])))
        # backward: 重み付きなので y - t ではない
        dy = ((1 - t) * y - pos_weight * t * (1 - y)) / batch_num
        grads = {'W2': np.dot(z1.T, dy), 'b2': np.sum(dy, axis=0)}
        da1 = np.dot(dy, W2.T)
        da1[a1 <= 0] = 0
        grads['W1'] = np.dot(x.T, da1)
        grads['b1'] = np.sum(da1, axis=0)
        return grads


network = TwoLayerNet(D, 16, K)
iters_num, batch_size, learning_rate = 1200, 45, 0.15
train_loss_list = []
for i in range(iters_num):
    batch_mask = rs.choice(N, batch_size)
    grad = network.gradient(X[batch_mask], T[batch_mask])
    for key in ('W1', 'b1', 'W2', 'b2'):
        network.params[key] -= learning_rate * grad[key]
    train_loss_list.append(network.loss(X, T))
    if i % 200 == 0:
        print(i, train_loss_list[-1])
print("最後の損失:", train_loss_list[-1])
