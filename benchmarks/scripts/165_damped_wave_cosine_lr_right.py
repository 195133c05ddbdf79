import numpy as np

# Fit y = exp(-x/3) * cos(2x), two hidden layers, full batch RMSprop,
# learning rate going down as a half cosine.

def init_weights(rng, n_in, n_out):
    bound = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-bound, bound, size=(n_in + 1, n_out))      # last row: bias

def with_ones(a):
    return np.hstack([a, np.ones((a.shape[0], 1))])

def train(x, y, iterations=1500, lr_max=0.01, lr_min=1e-4, rho=0.95, seed=0):
    rng = np.random.default_rng(seed)
    theta = [init_weights(rng, 1, 20), init_weights(rng, 20, 20), init_weights(rng, 20, 1)]
    square = [np.zeros_like(w) for w in theta]
    curve = []

    for it in range(iterations):
        x0 = with_ones(x)
        h1 = np.tanh(x0 @ theta[0])
        h1e = with_ones(h1)
        h2 = np.tanh(h1e @ theta[1])
        h2e = with_ones(h2)
        out = h2e @ theta[2]

        residual = out - y
        curve.append((residual ** 2).mean())

        d_out = 2 * residual / residual.shape[0]
        g2 = h2e.T @ d_out
        d_h2 = (d_out @ theta[2][:-1].T) * (1 - h2 ** 2)
        g1 = h1e.T @ d_h2
        d_h1 = (d_h2 @ theta[1][:-1].T) * (1 - h1 ** 2)
        g0 = x0.T @ d_h1

        lr = lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * it / iterations))
        for w, s, g in zip(theta, square, (g0, g1, g2)):
            s *= rho
            s += (1 - rho) * g * g
            w -= lr * g / (np.sqrt(s) + 1e-7)

        if it % 250 == 0:
            print("it %4d   lr %.5f   mse %.6f" % (it, lr, curve[-1]))
    return theta, curve

x = np.linspace(0, 6, 120)[:, None]
y = np.exp(-x / 3) * np.cos(2 * x)
theta, curve = train((x - 3) / 3, y)
print("mse: start %.5f, end %.6f" % (curve[0], curve[-1]))
