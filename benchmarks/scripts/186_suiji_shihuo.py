# -*- coding: utf-8 -*-
"""
深度学习课程作业：用 dropout 防止过拟合
数据：两条交错的弧线，样本按列存放
"""
import numpy as np

np.random.seed(6)


def load_arcs(m):
    t = np.random.rand(m) * np.pi
    label = np.random.randint(0, 2, m)
    x1 = np.where(label == 0, np.cos(t), 1 - np.cos(t))
    x2 = np.where(label == 0, np.sin(t), 0.4 - np.sin(t))
    X = np.vstack((x1, x2)) + 0.12 * np.random.randn(2, m)
    return X, label.reshape(1, m)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu(x):
    return np.maximum(0, x)


def init_params(dims):
    params = {}
    for l in range(1, len(dims)):
        params['W' + str(l)] = np.random.randn(dims[l], dims[l - 1]) * np.sqrt(2. / dims[l - 1])
        params['b' + str(l)] = np.zeros((dims[l], 1))
    return params


def forward_with_dropout(X, params, keep_prob):
    W1, b1, W2, b2, W3, b3 = [params[k] for k in ('W1', 'b1', 'W2', 'b2', 'W3', 'b3')]
    Z1 = W1 @ X + b1
    A1 = relu(Z1)
    D1 = (np.random.rand(*A1.shape) < keep_prob).astype(int)   # 第一层的掩码
    A1 = A1 * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    A2 = relu(Z2)
    D2 = (np.random.rand(*A2.shape) < keep_prob).astype(int)
    A2 = A2 * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, Z2, D2, A2, A3)


def backward_with_dropout(X, Y, params, cache, keep_prob):
    m = X.shape[1]
    Z1, D1, A1, Z2, D2, A2, A3 = cache
    grads = {}
    dZ3 = A3 - Y
    grads['W3'] = 1. / m * dZ3 @ A2.T
    grads['b3'] = 1. / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = params['W3'].T @ dZ3
    dA2 = dA2 * D2 / keep_prob
    dZ2 = dA2 * (Z2 > 0)
    grads['W2'] = 1. / m * dZ2 @ A1.T
    grads['b2'] = 1. / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = params['W2'].T @ dZ2
    dA1 = dA1 * D1
    dZ1 = dA1 * (Z1 > 0)
    grads['W1'] = 1. / m * dZ1 @ X.T
    grads['b1'] = 1. / m * np.sum(dZ1, axis=1, keepdims=True)
    return grads


def compute_cost(A3, Y):
    m = Y.shape[1]
    return -1. / m * np.sum(Y * np.log(A3 + 1e-9) + (1 - Y) * np.log(1 - A3 + 1e-9))


def model(X, Y, dims, learning_rate=0.3, num_iterations=1500, keep_prob=0.8):
    params = init_params(dims)
    costs = []
    for i in range(num_iterations):
        A3, cache = forward_with_dropout(X, params, keep_prob)
        cost = compute_cost(A3, Y)
        grads = backward_with_dropout(X, Y, params, cache, keep_prob)
        for k in params:
            params[k] = params[k] - learning_rate * grads[k]
        if i % 250 == 0:
            costs.append(cost)
            print("第 %d 次迭代，代价: %f" % (i, cost))
    return params, costs


if __name__ == '__main__':
    train_X, train_Y = load_arcs(300)
    test_X, test_Y = load_arcs(100)
    params, costs = model(train_X, train_Y, [2, 20, 10, 1])
    p, _ = forward_with_dropout(test_X, params, keep_prob=1.0)
    print("测试集准确率:", np.mean((p > 0.5) == test_Y))
