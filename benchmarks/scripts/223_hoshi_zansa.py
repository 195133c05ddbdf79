# hoshi no bunrui (3 shurui) - zansa nettowaaku (ResNet no chiisai yatsu)
# zemi no kadai 3, Goto
import numpy as np

rng = np.random.default_rng(3)


def kasanari(m):
    """softmax"""
    e = np.exp(m - m.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class Zenketsugou:
    def __init__(self, hairi, de, haba=None):
        self.W = rng.standard_normal((hairi, de)) * (haba if haba else np.sqrt(1 / hairi))
        self.b = np.zeros((1, de))

    def mae(self, x):
        self.x = x
        return x @ self.W + self.b

    def ushiro(self, d):
        self.gW = self.x.T @ d
        self.gb = d.sum(axis=0, keepdims=True)
        return d @ self.W.T

    def kazu(self):
        return [(self.W, self.gW), (self.b, self.gb)]


class ZansaBlock:
    """x + B(tanh(A(x)))"""

    def __init__(self, haba, naka):
        self.A = Zenketsugou(haba, naka)
        self.B = Zenketsugou(naka, haba, 0.1)

    def mae(self, x):
        self.t = np.tanh(self.A.mae(x))
        return x + self.B.mae(self.t)

    def ushiro(self, d):
        eda = self.B.ushiro(d)
        eda = self.A.ushiro(eda * (1 - self.t * self.t))
        return d + eda          # chikamichi + eda

    def kazu(self):
        return self.A.kazu() + self.B.kazu()


class Model:
    def __init__(self, hairi, haba, naka, blocks, shurui):
        self.sou = [Zenketsugou(hairi, haba)]
        self.sou += [ZansaBlock(haba, naka) for _ in range(blocks)]
        self.sou += [Zenketsugou(haba, shurui, 0.1)]

    def mae(self, x):
        for s in self.sou:
            x = s.mae(x)
        return kasanari(x)

    def ushiro(self, p, y):
        d = p.copy()
        d[np.arange(len(y)), y] -= 1
        d /= len(y)
        for s in self.sou[::-1]:
            d = s.ushiro(d)

    def kazu(self):
        return [pg for s in self.sou for pg in s.kazu()]


class Adam:
    def __init__(self, lr=0.01, b1=0.9, b2=0.999):
        self.lr, self.b1, self.b2 = lr, b1, b2
        self.n = 0
        self.m = self.v = None

    def ugoku(self, kazu):
        if self.m is None:
            self.m = [np.zeros_like(p) for p, _ in kazu]
            self.v = [np.zeros_like(p) for p, _ in kazu]
        self.n += 1
        for i, (p, g) in enumerate(kazu):
            self.m[i] += (1 - self.b1) * (g - self.m[i])
            self.v[i] += (1 - self.b2) * (g ** 2 - self.v[i])
            mh = self.m[i] / (1 - self.b1 ** self.n)
            vh = self.v[i] / (1 - self.b2 ** self.n)
            p -= self.lr * mh / (np.sqrt(vh) + 1e-8)


def hoshi(n):
    """ondo, akarusa, iro -> 0 waisei, 1 shukeiretsu, 2 kyosei"""
    y = rng.integers(0, 3, n)
    t = rng.normal(0, 1, n)
    mitsu = np.where(y == 0, -1.5 + 0.3 * t, np.where(y == 1, 1.2 * t, 1.6 - 0.5 * t ** 2))
    akarusa = mitsu + 0.35 * rng.normal(size=n)
    iro = -0.8 * t + 0.3 * rng.normal(size=n)
    return np.stack([t, akarusa, iro], 1), y


if __name__ == '__main__':
    X, y = hoshi(360)
    Xt, yt = hoshi(120)
    model = Model(3, 10, 14, 3, 3)
    adam = Adam(0.01)
    for epoch in range(40):
        jun = rng.permutation(len(X))
        goukei = 0.0
        for k in np.array_split(jun, 9):
            p = model.mae(X[k])
            goukei -= np.log(p[np.arange(len(k)), y[k]] + 1e-12).sum()
            model.ushiro(p, y[k])
            adam.ugoku(model.kazu())
        if (epoch + 1) % 8 == 0:
            seikai = (model.mae(Xt).argmax(1) == yt).mean()
            print('epoch', epoch + 1, 'sonshitsu', round(goukei / len(X), 4), 'seikai', round(seikai, 3))
