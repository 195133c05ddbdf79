# Perceptron multicapa, muestra por muestra
# Clasificar puntos: dentro o fuera de la corona
import numpy as np

np.random.seed(21)

num_muestras = 120
X = np.random.uniform(-1, 1, (num_muestras, 2))
radio = np.hypot(X[:, 0], X[:, 1])
Y = ((radio > 0.4) & (radio < 0.9)).astype(int)

# pesos: filas = neuronas
w_oculta = np.random.randn(10, 2)
sesgo_oculta = np.random.randn(10)
w_salida = np.random.randn(10)
sesgo_salida = np.random.randn()

alfa = 0.1


def sigm(s):
    return 1 / (1 + np.exp(-s))


def predecir(x):
    h = sigm(w_oculta @ x + sesgo_oculta)
    return sigm(w_salida @ h + sesgo_salida)


epoca = 0
while epoca < 150:
    ecm = 0
    for i in np.random.permutation(num_muestras):
        x, y = X[i], Y[i]
        # hacia adelante
        h = sigm(w_oculta @ x + sesgo_oculta)
        o = sigm(w_salida @ h + sesgo_salida)
        error = y - o
        ecm += error**2 / 2
        # hacia atras
        delta_o = error * o * (1 - o)
        delta_h = delta_o * w_salida * h * (1 - h)
        # actualizar
        w_salida = w_salida + alfa * delta_o * h
        sesgo_salida = sesgo_salida - alfa * delta_o
        w_oculta = w_oculta + alfa * np.outer(delta_h, x)
        sesgo_oculta = sesgo_oculta - alfa * delta_h
    epoca += 1
    if epoca % 25 == 0:
        print("Epoca:", epoca, " Error:", ecm / num_muestras)

aciertos = sum(round(predecir(x)) == y for x, y in zip(X, Y))
print("aciertos:", aciertos, "de", num_muestras)
