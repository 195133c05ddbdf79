# Bai tap lon mon Hoc may - nhom 7
# Mang no-ron nhieu lop, chon duoc ham kich hoat
import numpy as np

# ten: (ham, dao ham)
HAM = {
    'sigmoid': (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
    'tanh': (np.tanh, lambda a: 1 - a ** 2),
    'tuyen_tinh': (lambda z: z, lambda a: np.ones_like(a)),
}


class MangNoRon(object):
    def __init__(self, kich_thuoc, kich_hoat, toc_do=0.1, seed=None):
        rng = np.random.RandomState(seed)
        self.kich_hoat = kich_hoat
        self.toc_do = toc_do
        self.W = [rng.randn(a, b) * np.sqrt(1.0 / a) for a, b in zip(kich_thuoc, kich_thuoc[1:])]
        self.b = [np.zeros((1, b)) for b in kich_thuoc[1:]]

    def lan_truyen_tien(self, X):
        self.z, self.a = [], [X]
        for W, b, ten in zip(self.W, self.b, self.kich_hoat):
            self.z.append(self.a[-1].dot(W) + b)
            self.a.append(HAM[ten][0](self.z[-1]))
        return self.a[-1]

    def mat_mat(self, y):
        return 0.5 * np.mean((self.a[-1] - y) ** 2)

    def lan_truyen_nguoc(self, y):
        N = y.shape[0]
        so_lop = len(self.W)
        dW, db = [None] * so_lop, [None] * so_lop
        e = (self.a[-1] - y) / N
        for l in range(so_lop - 1, -1, -1):
            e = e * HAM[self.kich_hoat[l]][1](self.z[l])
            dW[l] = self.a[l].T.dot(e)
            db[l] = np.sum(e, axis=0, keepdims=True)
            e = e.dot(self.W[l].T)
        for l in range(so_lop):
            self.W[l] -= self.toc_do * dW[l]
            self.b[l] -= self.toc_do * db[l]

    def huan_luyen(self, X, y, so_vong):
        for v in range(so_vong):
            self.lan_truyen_tien(X)
            if v % 200 == 0:
                print('vong', v, 'mat mat =', self.mat_mat(y))
            self.lan_truyen_nguoc(y)


np.random.seed(3)
# gia nha theo dien tich va khoang cach den trung tam (da chuan hoa)
X = np.random.uniform(-1, 1, (100, 2))
y = (0.7 * X[:, 0] - 0.4 * X[:, 1] + 0.3 * X[:, 0] * X[:, 1]).reshape(-1, 1)

mang = MangNoRon([2, 8, 1], ['tanh', 'tuyen_tinh'], toc_do=0.2, seed=12)
mang.huan_luyen(X, y, 1001)
print('5 du doan dau tien:', mang.lan_truyen_tien(X[:5]).ravel(), 'thuc te:', y[:5].ravel())
