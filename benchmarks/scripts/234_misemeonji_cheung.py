# misemeonji (PM2.5) nongdo yecheuk: cheung jeonggyuhwa (layer norm) + PReLU (baeuneun gyeongsa)
# gisangcheong daehak-yeonsusaeng gwaje, Kim
import numpy as np

EPS = 1e-5


class Moden:
    """6 -> [linear, layer norm, PReLU] x 2 -> 1"""

    def __init__(self, ip, sumgim, ssi=0):
        r = np.random.RandomState(ssi)
        self.P = {}
        keugi = [ip] + list(sumgim)
        self.L = len(sumgim)
        for l in range(1, self.L + 1):
            self.P['W%d' % l] = r.randn(keugi[l - 1], keugi[l]) * np.sqrt(2 / keugi[l - 1])
            self.P['gamma%d' % l] = np.ones(keugi[l])
            self.P['beta%d' % l] = np.zeros(keugi[l])
            self.P['alpha%d' % l] = np.full(keugi[l], 0.25)
        self.P['Wo'] = r.randn(keugi[-1], 1) * np.sqrt(1 / keugi[-1])
        self.P['bo'] = np.zeros(1)

    def ap(self, X):
        gieok = []
        a = X
        for l in range(1, self.L + 1):
            s = a @ self.P['W%d' % l]
            mu = s.mean(axis=1, keepdims=True)
            istd = 1 / np.sqrt(s.var(axis=1, keepdims=True) + EPS)
            shat = (s - mu) * istd
            n = shat * self.P['gamma%d' % l] + self.P['beta%d' % l]
            ip = a
            a = np.where(n > 0, n, self.P['alpha%d' % l] * n)
            gieok.append((ip, shat, istd, n))
        return a @ self.P['Wo'] + self.P['bo'], a, gieok

    def dwi(self, X, Y):
        N = len(X)
        out, a, gieok = self.ap(X)
        oh = out - Y
        sonsil = np.mean(oh ** 2)
        G = {}
        d = 2 * oh / N
        G['Wo'] = a.T @ d
        G['bo'] = d.sum(axis=0)
        da = d @ self.P['Wo'].T
        for l in range(self.L, 0, -1):
            ip, shat, istd, n = gieok[l - 1]
            # PReLU: gyeongsa alpha do baeunda
            eum = n <= 0
            G['alpha%d' % l] = (da * n * eum).sum(axis=0)
            dn = da * np.where(eum, self.P['alpha%d' % l], 1.0)
            # layer norm
            G['gamma%d' % l] = (dn * shat).sum(axis=0)
            G['beta%d' % l] = dn.sum(axis=0)
            dshat = dn * self.P['gamma%d' % l]
            ds = istd * (dshat - dshat.mean(axis=1, keepdims=True)
                         - shat * (dshat * shat).mean(axis=1, keepdims=True))
            G['W%d' % l] = ip.T @ ds
            da = ds @ self.P['W%d' % l].T
        return sonsil, G


def jaryo(n, r):
    """gion, seupdo, pungsok, gyotong, hwangsa, yeoje nongdo"""
    X = r.randn(n, 6)
    y = 0.6 * X[:, 5] + 0.5 * X[:, 3] * (X[:, 2] < 0) + 0.8 * np.maximum(X[:, 4], 0) - 0.3 * X[:, 1] ** 2
    return X, (y + 0.1 * r.randn(n))[:, None]


def hunryeon():
    r = np.random.RandomState(25)
    X, Y = jaryo(300, r)
    Xs, Ys = jaryo(100, r)
    net = Moden(6, (16, 12), ssi=1)
    sokdo = {k: np.zeros_like(v) for k, v in net.P.items()}
    lr, mo = 0.02, 0.9
    for hoe in range(60):
        seokkeum = r.permutation(300)
        hap = 0
        for i in range(0, 300, 30):
            j = seokkeum[i:i + 30]
            sonsil, G = net.dwi(X[j], Y[j])
            hap += sonsil
            for k in net.P:
                sokdo[k] = mo * sokdo[k] - lr * G[k]
                net.P[k] += sokdo[k]
        if hoe % 10 == 9:
            print('%d hoe: hunryeon %.4f siheom %.4f' % (hoe + 1, hap / 10, np.mean((net.ap(Xs)[0] - Ys) ** 2)))
        if hoe == 30:
            lr = lr / 4
    print('alpha1:', net.P['alpha1'].round(2))


hunryeon()
