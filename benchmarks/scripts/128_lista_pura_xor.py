# Rede neural sem numpy, so com listas. Exercicio da disciplina de IA.
import math
import random

random.seed(3)

entradas = [[0, 0], [0, 1], [1, 0], [1, 1]]
saidas = [0, 1, 1, 0]

n_entrada = 2
n_oculta = 4
taxa = 0.5

pesos_oculta = [[random.uniform(-1, 1) for _ in range(n_entrada)] for _ in range(n_oculta)]
vies_oculta = [random.uniform(-1, 1) for _ in range(n_oculta)]
pesos_saida = [random.uniform(-1, 1) for _ in range(n_oculta)]
vies_saida = random.uniform(-1, 1)


def sigmoide(x):
    return 1.0 / (1.0 + math.exp(-x))


def calcula(x):
    oculta = []
    for j in range(n_oculta):
        soma = vies_oculta[j]
        for i in range(n_entrada):
            soma += pesos_oculta[j][i] * x[i]
        oculta.append(sigmoide(soma))
    soma = vies_saida
    for j in range(n_oculta):
        soma += pesos_saida[j] * oculta[j]
    return oculta, sigmoide(soma)


for epoca in range(4000):
    erro_total = 0.0
    for x, alvo in zip(entradas, saidas):
        oculta, y = calcula(x)
        erro_total += 0.5 * (alvo - y) ** 2

        # camada de saida
        delta_saida = (alvo - y) * y * (1 - y)
        for j in range(n_oculta):
            pesos_saida[j] += taxa * delta_saida * oculta[j]
        vies_saida += taxa * delta_saida

        # camada oculta
        for j in range(n_oculta):
            delta_oculta = delta_saida * pesos_saida[j] * oculta[j] * (1 - oculta[j])
            for i in range(n_entrada):
                pesos_oculta[j][i] += taxa * delta_oculta * x[i]
            vies_oculta[j] += taxa * delta_oculta

    if epoca % 500 == 0:
        print("epoca", epoca, "erro", round(erro_total, 5))

for x, alvo in zip(entradas, saidas):
    print(x, "->", round(calcula(x)[1], 3), "esperado", alvo)
