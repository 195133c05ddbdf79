# Rete profonda a L strati, esempi per colonna (appunti del corso, settimana 4)
# decadimento dei pesi (L2) e mini-lotti
import numpy as np


def inizializza(dimensioni, seme):
    g = np.random.RandomState(seme)
    parametri = {}
    for l in range(1, len(dimensioni)):
        parametri["W" + str(l)] = g.randn(dimensioni[l], dimensioni[l - 1]) * np.sqrt(2 / dimensioni[l - 1])
        parametri["b" + str(l)] = np.zeros((dimensioni[l], 1))
    return parametri


def avanti(X, parametri):
    memoria = []
    A = X
    L = len(parametri) // 2
    for l in range(1, L):
        A_prima = A
        Z = np.dot(parametri["W" + str(l)], A_prima) + parametri["b" + str(l)]
        A = np.maximum(0, Z)
        memoria.append((A_prima, Z))
    Z = np.dot(parametri["W" + str(L)], A) + parametri["b" + str(L)]
    memoria.append((A, Z))
    return 1 / (1 + np.exp(-Z)), memoria


def costo(AL, Y, parametri, lambd):
    m = Y.shape[1]
    entropia = -np.sum(np.multiply(Y, np.log(AL)) + np.multiply(1 - Y, np.log(1 - AL))) / m
    pesi = sum(np.sum(np.square(parametri[k])) for k in parametri if k.startswith("W"))
    return entropia + lambd / 2 * pesi


def indietro(AL, Y, memoria, parametri, lambd):
    m = Y.shape[1]
    gradienti = {}
    dZ = AL - Y
    for l in range(len(memoria), 0, -1):
        A_prima, _ = memoria[l - 1]
        W = parametri["W" + str(l)]
        gradienti["dW" + str(l)] = np.dot(dZ, A_prima.T) / m + lambd * W
        gradienti["db" + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
        if l > 1:
            dA = np.dot(W.T, dZ)
            dZ = np.array(dA, copy=True)
            dZ[memoria[l - 2][1] <= 0] = 0
    return gradienti


def aggiorna(parametri, gradienti, passo):
    for chiave in parametri:
        parametri[chiave] = parametri[chiave] - passo * gradienti["d" + chiave]
    return parametri


caso = np.random.RandomState(3)
quanti = 256
angolo = caso.uniform(0, 2 * np.pi, quanti)
classe = caso.randint(0, 2, quanti)
raggio = np.where(classe == 1, 0.5, 1.2) + 0.12 * caso.randn(quanti)
X = np.array([raggio * np.cos(angolo), raggio * np.sin(angolo)])
Y = classe.reshape(1, quanti)

parametri = inizializza([2, 12, 6, 1], seme=1)
lotto, lambd, passo = 64, 0.001, 0.15

for epoca in range(150):
    mescola = caso.permutation(quanti)
    for inizio in range(0, quanti, lotto):
        scelti = mescola[inizio : inizio + lotto]
        AL, memoria = avanti(X[:, scelti], parametri)
        gradienti = indietro(AL, Y[:, scelti], memoria, parametri, lambd)
        parametri = aggiorna(parametri, gradienti, passo)
    if epoca % 30 == 0:
        AL, _ = avanti(X, parametri)
        print("Costo dopo l'epoca %i: %f" % (epoca, costo(AL, Y, parametri, lambd)))

AL, _ = avanti(X, parametri)
print("Accuratezza:", np.mean((AL > 0.5) == Y))
