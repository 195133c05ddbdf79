# -*- coding: utf-8 -*-
# Exercício 4 - Redes Neurais (turma 2021.2)
# Classificação binária: dentro ou fora do anel. Exemplos nas COLUNAS.
import numpy as np


def gerar_dados(m, semente=3):
    rng = np.random.RandomState(semente)
    X = rng.uniform(-1.5, 1.5, size=(2, m))
    raio = np.sqrt((X ** 2).sum(axis=0, keepdims=True))
    Y = ((raio > 0.6) & (raio < 1.2)).astype(float)
    return X, Y


def inicializar(n_x, n_h, n_y):
    np.random.seed(1)
    return {
        "W1": np.random.randn(n_h, n_x) * 0.8,
        "b1": np.zeros((n_h, 1)),
        "W2": np.random.randn(n_y, n_h) * 0.3,
        "b2": np.zeros((n_y, 1)),
    }


def sigmoide(z):
    return 1 / (1 + np.exp(-z))


def propagar(X, p):
    Z1 = np.dot(p["W1"], X) + p["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(p["W2"], A1) + p["b2"]
    A2 = sigmoide(Z2)
    return A2, {"A1": A1, "A2": A2}


def custo(A2, Y):
    m = Y.shape[1]
    logprobs = Y * np.log(A2) + (1 - Y) * np.log(1 - A2)
    return float(-np.sum(logprobs) / m)


def retropropagar(p, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.dot(p["W2"].T, dZ2) * (1 - np.power(A1, 2))
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def atualizar(p, g, taxa):
    for nome in ("W1", "b1", "W2", "b2"):
        p[nome] = p[nome] - taxa * g["d" + nome]
    return p


def treinar(X, Y, n_h, iteracoes=3000, taxa=0.8):
    p = inicializar(X.shape[0], n_h, Y.shape[0])
    for i in range(iteracoes):
        A2, cache = propagar(X, p)
        if i % 500 == 0:
            print("Custo na iteração %d: %f" % (i, custo(A2, Y)))
        g = retropropagar(p, cache, X, Y)
        p = atualizar(p, g, taxa)
    return p


X, Y = gerar_dados(250)
parametros = treinar(X, Y, n_h=9)
previsao = propagar(X, parametros)[0] > 0.5
print("Acurácia: %.1f%%" % (100 * np.mean(previsao == Y)))
