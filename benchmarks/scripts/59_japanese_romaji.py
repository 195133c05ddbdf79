import numpy as np
# nyuuryoku = input, omomi = weights, shutsuryoku = output
np.random.seed(7)
nyuuryoku = np.random.rand(30, 4)
kyoushi = np.random.rand(30, 1)
omomi1 = np.random.randn(4, 5)
omomi2 = np.random.randn(5, 1)
gakushuuritsu = 0.4

def sigumoido(x):
    return 1 / (1 + np.exp(-x))

for kai in range(100):
    chuukan = sigumoido(np.dot(nyuuryoku, omomi1))
    shutsuryoku = sigumoido(np.dot(chuukan, omomi2))
    gosa = shutsuryoku - kyoushi
    if kai % 20 == 0:
        print(kai, (gosa ** 2).sum() / 2 / 30)
    delta_out = gosa * shutsuryoku * (1 - shutsuryoku) / 30
    delta_mid = np.dot(delta_out, omomi2.T) * chuukan * (1 - chuukan)
    omomi2 -= gakushuuritsu * np.dot(chuukan.T, delta_out)
    omomi1 -= gakushuuritsu * np.dot(nyuuryoku.T, delta_mid) * 2
