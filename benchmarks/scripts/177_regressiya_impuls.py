# Лабораторная работа №2. Регрессия двухслойной сетью, метод моментов.
# Вариант 14: y = x*sin(2x) + шум
import numpy as np

np.random.seed(2024)
N = 120
x = np.random.uniform(-2, 2, (N, 1))
t = x * np.sin(2 * x) + 0.05 * np.random.randn(N, 1)

# обучающая и проверочная выборки
x_ob, t_ob = x[:90], t[:90]
x_pr, t_pr = x[90:], t[90:]

skrytyh = 16
eta = 0.3        # скорость обучения
mu = 0.9         # импульс

vesa = [np.random.randn(1, skrytyh) * 1.5, np.random.randn(1, skrytyh) * 0.5,
        np.random.randn(skrytyh, 1) * 0.3, np.zeros((1, 1))]
skorosti = [np.zeros_like(p) for p in vesa]


def vpered(x, vesa):
    W1, b1, W2, b2 = vesa
    h = np.tanh(x @ W1 + b1)
    return h, h @ W2 + b2


def oshibka(y, t):
    return np.mean((y - t) ** 2) / 2


def gradient(x, t, vesa):
    W1, b1, W2, b2 = vesa
    h, y = vpered(x, vesa)
    d2 = (y - t) / len(x)
    gW2 = h.T @ d2
    gb2 = d2.sum(axis=0, keepdims=True)
    d1 = (d2 @ W2.T) * (1 - h ** 2)
    gW1 = x.T @ d1
    gb1 = d1.sum(axis=0, keepdims=True)
    return [gW1, gb1, gW2, gb2]


for epoha in range(4001):
    grad = gradient(x_ob, t_ob, vesa)
    for i in range(len(vesa)):
        skorosti[i] = mu * skorosti[i] - eta * grad[i]
        vesa[i] = vesa[i] + eta * skorosti[i]
    if epoha % 1000 == 0:
        E_ob = oshibka(vpered(x_ob, vesa)[1], t_ob)
        E_pr = oshibka(vpered(x_pr, vesa)[1], t_pr)
        print('эпоха', epoha, 'E обуч = %.5f' % E_ob, 'E пров = %.5f' % E_pr)
