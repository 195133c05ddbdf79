import numpy as np

rng = np.random.default_rng(95)
f32 = np.float32
t = np.linspace(0, 1, 64, dtype=f32)[:, None]
features = np.concatenate([t, t ** 2, np.sin(6 * t)], axis=1).astype(f32)
signal = (np.cos(9 * t) * t).astype(f32)

widths = [3, 11, 9, 7, 1]
Ws = [rng.normal(0, 1 / np.sqrt(a), (a, b)).astype(f32) for a, b in zip(widths, widths[1:])]
bs = [np.zeros(b, f32) for b in widths[1:]]

def run(x):
    acts = [x]
    for i, (W, b) in enumerate(zip(Ws, bs)):
        x = x @ W + b
        if i < len(Ws) - 1:
            x = np.tanh(x)
        acts.append(x)
    return acts

lr = f32(0.05)
for epoch in range(100):
    acts = run(features)
    err = acts[-1] - signal
    loss = np.mean(err ** 2)
    d = 2 * err / f32(err.size)
    grads = []
    for i in range(len(Ws) - 1, -1, -1):
        grads.append((acts[i].T @ d, d.sum(axis=0)))
        if i:
            d = (d @ Ws[i].T) * (1 - acts[i] ** 2)
    for i, (gW, gb) in enumerate(reversed(grads)):
        Ws[i] = Ws[i] - lr * gW
        bs[i] = bs[i] - lr * gb
    if epoch % 25 == 0:
        print(epoch, float(loss))
