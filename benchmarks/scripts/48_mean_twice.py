import numpy as np
np.random.seed(33)
x_data = np.random.randn(16, 3)
y_data = np.random.randn(16, 1)
w_1 = np.random.randn(3, 4); w_2 = np.random.randn(4, 1)
b_1 = np.zeros(4); b_2 = np.zeros(1)
learning_rate = 0.2
for s in range(70):
    u_1 = x_data @ w_1 + b_1
    v_1 = np.tanh(u_1)
    y_out = v_1 @ w_2 + b_2
    e = y_out - y_data
    mse = np.mean(e ** 2) / 2
    g_out = e / 16
    gw_2 = v_1.T @ g_out
    gb_2 = g_out.sum(axis=0)
    g_1 = g_out @ w_2.T * (1 - v_1 ** 2)
    gw_1 = x_data.T @ g_1 / 16
    gb_1 = g_1.mean(axis=0)
    w_1 -= learning_rate * gw_1
    b_1 -= learning_rate * gb_1
    w_2 -= learning_rate * gw_2
    b_2 -= learning_rate * gb_2
    if s % 20 == 0: print('mse/2', mse)
