import numpy as np
np.random.seed(9)
# cada coluna é uma amostra
entrada = np.random.randn(3, 33)
desejado = np.tanh(entrada[:2] - entrada[2:])
peso_a = np.random.randn(6, 3) * 0.5
vies_a = np.zeros((6, 1))
peso_b = np.random.randn(2, 6) * 0.5
vies_b = np.zeros((2, 1))
taxa = 0.05
M = entrada.shape[1]
for epoca in range(100):
    oculta = np.tanh(peso_a @ entrada + vies_a)
    saida = np.tanh(peso_b @ oculta + vies_b)
    custo = np.sum((saida - desejado) ** 2) / (2 * M)
    d_saida = (saida - desejado) * (1 - saida ** 2)
    d_peso_b = d_saida @ oculta.T / M
    d_vies_b = np.sum(d_saida) / M
    d_oculta = peso_b.T @ d_saida * (1 - oculta ** 2)
    d_peso_a = d_oculta @ entrada.T / M
    d_vies_a = np.sum(d_oculta, axis=1, keepdims=True) / M
    peso_a -= taxa * d_peso_a
    vies_a -= taxa * d_vies_a
    peso_b -= taxa * d_peso_b
    vies_b -= taxa * d_vies_b
    if epoca % 25 == 0:
        print(f"época {epoca}: custo {custo:.5f}")
