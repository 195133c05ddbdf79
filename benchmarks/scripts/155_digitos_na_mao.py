# Reconhecer dígitos desenhados à mão (5 x 3 pixels), 0 a 4
# rede: 15 -> 12 -> 12 -> 5
import numpy as np

desenhos = """
###  .#.  ###  ###  #.#
#.#  ##.  ..#  ..#  #.#
#.#  .#.  ###  ###  ###
#.#  .#.  #..  ..#  ..#
###  ###  ###  ###  ..#
"""
linhas = [linha.split() for linha in desenhos.strip().split("\n")]
digitos = np.array([[1.0 if c == "#" else 0.0 for linha in linhas for c in linha[d]] for d in range(5)])

gerador = np.random.default_rng(8)
copias = 20
entrada = np.repeat(digitos, copias, axis=0)
entrada = np.abs(entrada - (gerador.random(entrada.shape) < 0.05))     # troca alguns pixels
alvo = np.repeat(np.eye(5), copias, axis=0)
n = len(entrada)

p1 = gerador.normal(0, 0.4, (15, 12))
v1 = np.zeros(12)
p2 = gerador.normal(0, 0.4, (12, 12))
v2 = np.zeros(12)
p3 = gerador.normal(0, 0.4, (12, 5))
v3 = np.zeros(5)


def sigm(s):
    return 1 / (1 + np.exp(-s))


def propagar(e):
    o1 = sigm(e @ p1 + v1)
    o2 = sigm(o1 @ p2 + v2)
    s3 = o2 @ p3 + v3
    exps = np.exp(s3 - s3.max(axis=1, keepdims=True))
    return o1, o2, exps / exps.sum(axis=1, keepdims=True)


taxa = 1.0
for epoca in range(801):
    o1, o2, prob = propagar(entrada)
    perda = -np.sum(alvo * np.log(prob)) / n

    d3 = (prob - alvo) / n
    d2 = np.dot(d3, p3.T) * o2 * (1 - o2)
    d1 = np.dot(d2, p2) * o1 * (1 - o1)

    p3 -= taxa * np.dot(o2.T, d3)
    v3 -= taxa * d3.sum(axis=0)
    p2 -= taxa * np.dot(o1.T, d2)
    v2 -= taxa * d2.sum(axis=0)
    p1 -= taxa * np.dot(entrada.T, d1)
    v1 -= taxa * d1.sum(axis=0)

    if epoca % 100 == 0:
        acertos = np.mean(prob.argmax(axis=1) == alvo.argmax(axis=1))
        print(f"época {epoca}: perda = {perda:.4f}, acertos = {acertos:.0%}")

for d in range(5):
    print(d, "->", propagar(digitos[d:d + 1])[2].argmax())
