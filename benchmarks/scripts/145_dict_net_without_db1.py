import numpy as np


def mish_mash_data(n=200):
    """two classes, checkerboard 2x2"""
    pts = np.random.rand(n, 2) * 2 - 1
    cls = ((pts[:, 0] > 0) ^ (pts[:, 1] > 0)).astype(int)
    return pts, cls


class NN:
    def __init__(self, n_in, n_hid, n_out, lr=0.2):
        self.lr = lr
        self.params = dict(
            W1=np.random.randn(n_in, n_hid) * 0.8,
            b1=np.random.rand(n_hid) - 0.5,
            W2=np.random.randn(n_hid, n_out) * 0.8,
            b2=np.random.rand(n_out) - 0.5,
        )

    def __call__(self, x):
        p = self.params
        self.x = x
        self.z1 = x @ p['W1'] + p['b1']
        self.h = np.where(self.z1 > 0, self.z1, 0.0)
        s = self.h @ p['W2'] + p['b2']
        s = np.exp(s - s.max(axis=-1, keepdims=True))
        self.prob = s / s.sum(axis=-1, keepdims=True)
        return self.prob

    def loss(self, x, labels):
        q = self(x)[np.arange(len(labels)), labels]
        return np.mean(-np.log(q + 1e-15))

    def train_step(self, x, labels):
        self(x)
        batch = len(labels)
        onehot = np.zeros_like(self.prob)
        onehot[np.arange(batch), labels] = 1

        grad = {}
        ds = (self.prob - onehot) / batch
        grad['W2'] = self.h.T @ ds
        grad['b2'] = ds.sum(axis=0)
        dz = ds @ self.params['W2'].T
        dz[self.z1 <= 0] = 0
        grad['W1'] = self.x.T @ dz

        for name in grad:
            self.params[name] = self.params[name] - self.lr * grad[name]


np.random.seed(314)
pts, cls = mish_mash_data()
net = NN(2, 16, 2)
for epoch in range(500):
    net.train_step(pts, cls)
    if epoch % 100 == 0:
        print('epoch', epoch, 'loss', net.loss(pts, cls))
test_pts, test_cls = mish_mash_data(100)
print('test acc', (net(test_pts).argmax(axis=1) == test_cls).mean())
