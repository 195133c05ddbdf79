# Preço de imóveis (sintético), perda de Huber, ELU, tudo com funções que devolvem funções.
import numpy as np

rng = np.random.default_rng(64)


def camada(n_ent, n_sai):
    W = rng.normal(scale=np.sqrt(1.5 / n_ent), size=(n_ent, n_sai))
    b = np.zeros(n_sai)
    memo = {}

    def frente(x):
        memo["x"] = x
        return x @ W + b

    def tras(g):
        memo["gW"] = memo["x"].T @ g
        memo["gb"] = g.sum(axis=0)
        return g @ W.T

    def atualiza(taxa):
        nonlocal W, b
        W = W - taxa * memo["gW"]
        b = b - taxa * memo["gb"]

    return frente, tras, atualiza, lambda: (W, b), memo


def elu(alfa=1.0):
    memo = {}

    def frente(z):
        memo["z"] = z
        return np.where(z > 0, z, alfa * (np.exp(np.minimum(z, 0)) - 1))

    def tras(g):
        return g * np.where(memo["z"] > 0, 1.0, alfa * np.exp(np.minimum(memo["z"], 0)))

    return frente, tras


def huber(delta):
    def perda(p, y):
        r = p - y
        return np.mean(np.where(np.abs(r) <= delta, 0.5 * r ** 2, delta * (np.abs(r) - 0.5 * delta)))

    def derivada(p, y):
        return np.clip(p - y, -delta, delta) / y.size

    return perda, derivada


n = 240
X = rng.normal(size=(n, 5))
preco = 1.5 * np.log1p(np.exp(X[:, 0])) + 0.7 * X[:, 1] * (X[:, 2] > 0) - 0.3 * X[:, 3]
preco = preco[:, None] + 0.1 * rng.standard_t(2, size=(n, 1))

c1, c2, c3 = camada(5, 16), camada(16, 8), camada(8, 1)
f1, f2 = elu(), elu()
perda, derivada = huber(0.8)


def prever(x):
    return c3[0](f2[0](c2[0](f1[0](c1[0](x)))))


for epoca in range(120):
    for lote in np.array_split(rng.permutation(n), 6):
        saida = prever(X[lote])
        c1[1](f1[1](c2[1](f2[1](c3[1](derivada(saida, preco[lote]))))))
        for c in (c1, c2, c3):
            c[2](0.1)
    if epoca % 30 == 0:
        print(f"época {epoca}: perda {perda(prever(X), preco):.4f}")
