# no numpy allowed in this course :(
import math
import random

random.seed(12)


def zeros(rows, cols):
    return [[0.0] * cols for _ in range(rows)]


def rand_matrix(rows, cols):
    return [[random.uniform(-1, 1) for _ in range(cols)] for _ in range(rows)]


def matmul(a, b):
    out = zeros(len(a), len(b[0]))
    for i in range(len(a)):
        for j in range(len(b[0])):
            for k in range(len(b)):
                out[i][j] += a[i][k] * b[k][j]
    return out


def transpose(a):
    return [list(col) for col in zip(*a)]


def apply(f, a):
    return [[f(v) for v in row] for row in a]


def hadamard(a, b):
    return [[p * q for p, q in zip(r, s)] for r, s in zip(a, b)]


def minus(a, b):
    return [[p - q for p, q in zip(r, s)] for r, s in zip(a, b)]


def scale(c, a):
    return [[c * v for v in row] for row in a]


def sigmoid(v):
    return 1 / (1 + math.exp(-v))


# XOR, third column is always 1 (bias)
inputs = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
wanted = [[0], [1], [1], [0]]
w_hidden = rand_matrix(3, 4)
w_out = rand_matrix(4, 1)
rate = 1.0

for epoch in range(300):
    hidden = apply(sigmoid, matmul(inputs, w_hidden))
    guess = apply(sigmoid, matmul(hidden, w_out))
    diff = minus(guess, wanted)
    mistake = sum(v * v for row in diff for v in row) / 2

    delta_out = hadamard(diff, apply(lambda g: g * (1 - g), guess))
    back = matmul(delta_out, transpose(w_out))
    delta_hidden = hadamard(back, apply(lambda h: h * (1 - h), hidden))

    grad_out = matmul(transpose(hidden), delta_out)
    grad_hidden = matmul(transpose(inputs), delta_hidden)
    w_out = minus(w_out, scale(rate, grad_out))
    w_hidden = minus(w_hidden, scale(rate, grad_hidden))
    if epoch % 100 == 0:
        print(epoch, mistake)
for row, g in zip(inputs, guess):
    print(row[:2], round(g[0], 3))
