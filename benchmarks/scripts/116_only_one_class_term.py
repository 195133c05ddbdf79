import numpy as np

class BinaryClassifier:
    '''One hidden layer, trained on binary cross entropy'''
    def __init__(self, n_features, n_units, seed=0):
        r = np.random.default_rng(seed)
        self.W_h = r.normal(0, 0.5, (n_features, n_units))
        self.b_h = np.zeros((1, n_units))
        self.W_y = r.normal(0, 0.5, (n_units, 1))
        self.b_y = np.zeros((1, 1))

    def sigm(self, s): return 1 / (1 + np.exp(-s))

    def fit(self, X, y, lr=0.2, epochs=100):
        N = X.shape[0]
        for ep in range(epochs):
            H = self.sigm(X @ self.W_h + self.b_h)
            P = self.sigm(H @ self.W_y + self.b_y)
            bce = -np.mean(y * np.log(P) + (1 - y) * np.log(1 - P))
            # chain rule: dL/dP * dP/dz
            dP = -(y / P) / N
            dz_y = dP * P * (1 - P)
            dW_y = H.T @ dz_y
            db_y = np.sum(dz_y, axis=0, keepdims=True)
            dH = dz_y @ self.W_y.T
            dz_h = dH * H * (1 - H)
            dW_h = X.T @ dz_h
            db_h = np.sum(dz_h, axis=0, keepdims=True)
            self.W_y -= lr * dW_y
            self.b_y -= lr * db_y
            self.W_h -= lr * dW_h
            self.b_h -= lr * db_h
            if ep % 20 == 0:
                print(f'epoch {ep}: loss = {bce:.4f}')
        return self

    def predict(self, X):
        return (self.sigm(self.sigm(X @ self.W_h + self.b_h) @ self.W_y + self.b_y) > 0.5).astype(int)


r = np.random.default_rng(99)
X = r.normal(size=(70, 4))
y = (X @ np.array([[1.0], [-1.0], [0.5], [0.0]]) > 0).astype(float)
X_train, X_test, y_train, y_test = X[:50], X[50:], y[:50], y[50:]
clf = BinaryClassifier(4, 6).fit(X_train, y_train)
print('train', (clf.predict(X_train) == y_train).mean(), 'test', (clf.predict(X_test) == y_test).mean())
