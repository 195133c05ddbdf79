# -*- coding: utf-8 -*-
# Mang no-ron nhieu lop, tu viet de hieu lan truyen nguoc
# Tac gia: Nguyen Minh Quan  (ghi chu hoc tap)
import numpy as np

np.random.seed(2024)

# kien truc: 4 dac trung -> 12 -> 10 -> 8 -> 1
so_nut = [4, 12, 10, 8, 1]
L = len(so_nut) - 1


def khoi_tao(so_nut):
    tham_so = {}
    for l in range(1, len(so_nut)):
        tham_so['W' + str(l)] = np.random.randn(so_nut[l], so_nut[l - 1]) * np.sqrt(1.0 / so_nut[l - 1])
        tham_so['b' + str(l)] = np.zeros((so_nut[l], 1))
    return tham_so


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def lan_truyen_tien(X, ts):
    nho = {'A0': X}
    for l in range(1, L + 1):
        Z = np.dot(ts['W%d' % l], nho['A%d' % (l - 1)]) + ts['b%d' % l]
        nho['Z%d' % l] = Z
        nho['A%d' % l] = sigmoid(Z) if l == L else np.tanh(Z)
    return nho


def mat_mat(A, Y):
    m = Y.shape[1]
    return float(-np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m)


def lan_truyen_nguoc(Y, ts, nho):
    m = Y.shape[1]
    dao_ham = {}
    dZ = nho['A%d' % L] - Y
    for l in range(L, 0, -1):
        A_truoc = nho['A%d' % (l - 1)]
        dao_ham['W%d' % l] = np.dot(dZ, A_truoc.T) / m
        dao_ham['b%d' % l] = np.sum(dZ, axis=1, keepdims=True) / m
        dA = np.dot(ts['W%d' % l].T, dZ)
        if l > 2:
            dZ = dA * (1 - np.power(A_truoc, 2))
        else:
            dZ = dA     # lop dau khong can dao ham nua
    return dao_ham


# du lieu gia lap: khach hang co mua hang hay khong
m = 150
X = np.random.randn(4, m)
Y = ((X[0] * X[1] + 0.5 * X[2] ** 2 - 0.3 * X[3]) > 0.3).astype(float).reshape(1, m)

ts = khoi_tao(so_nut)
toc_do = 0.3
for vong in range(600):
    nho = lan_truyen_tien(X, ts)
    dh = lan_truyen_nguoc(Y, ts, nho)
    for khoa in dh:
        ts[khoa] = ts[khoa] - toc_do * dh[khoa]
    if vong % 100 == 0:
        print('Vong %4d | mat mat: %.5f' % (vong, mat_mat(nho['A%d' % L], Y)))

du_doan = (lan_truyen_tien(X, ts)['A%d' % L] > 0.5)
print('Do chinh xac: {:.1%}'.format(np.mean(du_doan == Y)))
