# Riconoscimento di tre vitigni dalla foglia con una rete a margine (tipo SVM multiclasse),
# un campione alla volta. Passata da Matlab.
import numpy as np

np.random.seed(300)

vitigni = ['Nebbiolo', 'Barbera', 'Dolcetto']
ncampioni = 150

# lunghezza, larghezza, lobi, peluria
medie = np.array([[0.5, 1.0, -0.5, 0.0], [-1.0, 0.2, 0.6, 0.8], [0.4, -0.9, 0.3, -0.9]])
etichette = np.arange(ncampioni) % 3
foglie = medie[etichette] + 0.7 * np.random.randn(ncampioni, 4)
foglie[:, 2] += 0.3 * foglie[:, 0] * foglie[:, 1]

nascosti = 8
V = np.random.randn(nascosti, 4) * 0.5       # pesi: (uscite, ingressi)
c = np.zeros(nascosti)
U = np.random.randn(3, nascosti) * 0.5
d = np.zeros(3)


def passa(x):
    s = V @ x + c
    h = np.where(s > 0, s, 0.05 * s)
    return s, h, U @ h + d


def rivale_e_perdita(z, k):
    """Crammer e Singer: conta solo la classe sbagliata con il punteggio piu' alto"""
    altri = z.copy()
    altri[k] = -np.inf
    r = int(np.argmax(altri))
    return r, max(0.0, 1.0 + z[r] - z[k])


def media_perdita():
    return np.mean([rivale_e_perdita(passa(x)[2], k)[1] for x, k in zip(foglie, etichette)])


eta = 0.05
for giro in range(40):
    for i in np.random.permutation(ncampioni):
        x, k = foglie[i], etichette[i]
        s, h, z = passa(x)
        r, perdita = rivale_e_perdita(z, k)
        if perdita == 0:
            continue                      # margine rispettato, gradiente nullo
        gz = np.zeros(3)
        gz[r] = 1
        gz[k] = -1
        gs = (U.T @ gz) * np.where(s > 0, 1, 0.05)
        U -= eta * np.outer(gz, h)
        d -= eta * gz
        V -= eta * np.outer(gs, x)
        c -= eta * gs
    eta *= 0.96
    if giro % 8 == 0:
        giuste = sum(np.argmax(passa(x)[2]) == k for x, k in zip(foglie, etichette))
        print('giro', giro, 'perdita media', round(media_perdita(), 4), 'giuste', giuste, 'su', ncampioni)

x = np.array([0.6, 0.9, -0.2, 0.1])
print('foglia nuova:', vitigni[int(np.argmax(passa(x)[2]))])
