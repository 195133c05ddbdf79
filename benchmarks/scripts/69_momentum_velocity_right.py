import numpy as np

gen = np.random.default_rng(4)
x_data = np.linspace(-2, 2, 41).reshape(-1, 1)
y_data = np.sin(2 * x_data) + 0.1 * gen.normal(size=x_data.shape)
w_a = gen.normal(size=(1, 12)); b_a = gen.normal(size=(1, 12))
w_b = gen.normal(size=(12, 1)) / 4; b_b = np.zeros((1, 1))
params = [w_a, b_a, w_b, b_b]
vel = [np.zeros_like(p) for p in params]
beta, lr = 0.9, 0.01
for it in range(200):
    u = x_data @ w_a + b_a
    hh = np.tanh(u)
    y_fit = hh @ w_b + b_b
    resid = y_fit - y_data
    mse = float(np.mean(resid ** 2))
    g_out = 2 * resid / resid.size
    g_wb = hh.T @ g_out
    g_bb = g_out.sum(axis=0, keepdims=True)
    g_u = (g_out @ w_b.T) * (1 - hh * hh)
    g_wa = x_data.T @ g_u
    g_ba = g_u.sum(axis=0, keepdims=True)
    for p, v, g in zip(params, vel, [g_wa, g_ba, g_wb, g_bb]):
        v *= beta
        v += g
        p -= lr * v
    if it % 50 == 0:
        print(it, mse)
