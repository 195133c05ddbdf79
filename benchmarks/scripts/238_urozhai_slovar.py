# Prognoz urozhainosti pshenitsy po vesennim dannym. Tri sloya vesov, ELU, vyhod lineinyi.
# Kursovaya, gruppa 304
import numpy as np

np.random.seed(41)


def elu(z):
    return np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1)


def elu_proizv(z):
    return np.where(z > 0, 1, np.exp(np.minimum(z, 0)))


def sdelat_dannye(n):
    x = np.random.randn(n, 5)      # osadki, temperatura, udobreniya, sroki seva, sornyaki
    y = 2.5 + 0.8 * x[:, 0] - 0.5 * x[:, 0] ** 2 + 0.4 * x[:, 2] * x[:, 1] - 0.3 * x[:, 4]
    return x, (y + 0.1 * np.random.randn(n)).reshape(n, 1)


set_ = {
    'W1': np.random.randn(5, 10) * 0.4, 'b1': np.zeros(10),
    'W2': np.random.randn(10, 6) * 0.3, 'b2': np.zeros(6),
    'W3': np.random.randn(6, 1) * 0.4, 'b3': np.zeros(1),
}


def vpered(x):
    p = {}
    p['z1'] = x @ set_['W1'] + set_['b1']
    p['a1'] = elu(p['z1'])
    p['z2'] = p['a1'] @ set_['W2'] + set_['b2']
    p['a2'] = elu(p['z2'])
    p['y'] = p['a2'] @ set_['W3'] + set_['b3']
    return p


def nazad(x, y, p):
    g = {}
    d3 = (p['y'] - y) / len(x)
    g['W3'] = p['a2'].T @ d3
    g['b3'] = d3.sum(axis=0)
    d2 = (d3 @ set_['W3'].T) * elu_proizv(p['z2'])
    g['W2'] = p['a1'].T @ d2
    g['b2'] = d2.sum(axis=0)
    d1 = (d2 @ set_['W2'].T) * elu_proizv(p['z1'])
    g['W1'] = x.T @ d1
    g['b1'] = d1.sum(axis=0)
    return g


x, y = sdelat_dannye(250)
xt, yt = sdelat_dannye(80)

skorost = 0.05
for epoha in range(1, 201):
    poryadok = np.random.permutation(250)
    for i in range(0, 250, 25):
        k = poryadok[i:i + 25]
        p = vpered(x[k])
        g = nazad(x[k], y[k], p)
        for imya in ('W1', 'b1', 'W2', 'b2', 'W3'):
            set_[imya] = set_[imya] - skorost * g[imya]
    if epoha % 40 == 0:
        oshibka = 0.5 * np.mean((vpered(x)['y'] - y) ** 2)
        proverka = 0.5 * np.mean((vpered(xt)['y'] - yt) ** 2)
        print('epoha', epoha, ' oshibka', round(float(oshibka), 5), ' proverka', round(float(proverka), 5))
