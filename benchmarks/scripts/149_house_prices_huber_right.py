"""
House price prediction from scratch (no sklearn, no torch).
The data are invented: area, rooms, age, distance to centre -> price in k$.
A few prices are typos (10x too high), therefore Huber instead of MSE.
"""
import numpy as np

rng = np.random.default_rng(2023)


def make_houses(count):
    area = rng.uniform(35, 220, count)
    rooms = np.clip(np.round(area / 30 + rng.normal(0, 0.8, count)), 1, 8)
    age = rng.uniform(0, 90, count)
    dist = rng.exponential(6.0, count)
    price = 2.1 * area + 9 * rooms - 0.6 * age + 60 * np.exp(-dist / 5) + rng.normal(0, 12, count)
    typo = rng.random(count) < 0.03
    price[typo] *= 10
    return np.column_stack([area, rooms, age, dist]), price.reshape(-1, 1)


class HousePriceModel:
    def __init__(self, n_features, n_hidden=16, delta=1.0):
        self.W_in = rng.normal(0, np.sqrt(2 / n_features), (n_features, n_hidden))
        self.b_in = np.zeros(n_hidden)
        self.W_out = rng.normal(0, np.sqrt(2 / n_hidden), (n_hidden, 1))
        self.b_out = np.zeros(1)
        self.delta = delta

    def predict(self, X):
        hidden = np.maximum(X @ self.W_in + self.b_in, 0.0)
        return hidden @ self.W_out + self.b_out

    def huber(self, X, y):
        r = np.abs(self.predict(X) - y)
        small = 0.5 * r ** 2
        large = self.delta * (r - 0.5 * self.delta)
        return np.where(r <= self.delta, small, large).mean()

    def step(self, X, y, lr):
        pre = X @ self.W_in + self.b_in
        hidden = np.maximum(pre, 0.0)
        residual = hidden @ self.W_out + self.b_out - y

        # derivative of huber = residual, but never more than delta in size
        g = np.clip(residual, -self.delta, self.delta) / X.shape[0]
        g_W_out = hidden.T @ g
        g_b_out = g.sum(axis=0)
        g_pre = (g @ self.W_out.T) * (pre > 0)
        g_W_in = X.T @ g_pre
        g_b_in = g_pre.sum(axis=0)

        self.W_out -= lr * g_W_out
        self.b_out -= lr * g_b_out
        self.W_in -= lr * g_W_in
        self.b_in -= lr * g_b_in

    def fit(self, X, y, epochs=60, batch_size=32, lr=0.1, decay=0.97):
        for epoch in range(epochs):
            perm = rng.permutation(len(X))
            for start in range(0, len(X), batch_size):
                rows = perm[start:start + batch_size]
                self.step(X[rows], y[rows], lr)
            lr *= decay
            if epoch % 10 == 0 or epoch == epochs - 1:
                print(f"epoch {epoch:3d}  huber {self.huber(X, y):.4f}  lr {lr:.4f}")


X, y = make_houses(500)
X_test, y_test = make_houses(100)
mu, sd = X.mean(axis=0), X.std(axis=0)
centre, scale = np.median(y), 100.0

model = HousePriceModel(n_features=4)
model.fit((X - mu) / sd, (y - centre) / scale)

pred = model.predict((X_test - mu) / sd) * scale + centre
print("median absolute error on the test houses: %.1f k$" % np.median(np.abs(pred - y_test)))
