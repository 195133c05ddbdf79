# Tarea 3 - Redes neuronales
# XOR con una capa oculta, muestra por muestra
# aprende un rato y despues el error se queda quieto, por que?
import numpy as np

np.random.seed(12)

entradas = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
salidas_deseadas = np.array([0, 1, 1, 0])

n_ocultas = 3
tasa = 0.5

pesos_ocultos = np.random.uniform(-1, 1, (n_ocultas, 2))
umbral_oculto = np.random.uniform(-1, 1, n_ocultas)
pesos_salida = np.random.uniform(-1, 1, n_ocultas)
umbral_salida = np.random.uniform(-1, 1)


def sigmoide(v):
    return 1 / (1 + np.exp(-v))


for epoca in range(3000):
    error_cuadratico = 0
    for x, deseada in zip(entradas, salidas_deseadas):
        # hacia adelante
        oculta = sigmoide(pesos_ocultos.dot(x) + umbral_oculto)
        y = sigmoide(pesos_salida.dot(oculta) + umbral_salida)
        clase = 1 if y > 0.5 else 0

        # hacia atras
        error = deseada - clase
        error_cuadratico += 0.5 * (deseada - y) ** 2

        delta_salida = error * y * (1 - y)
        delta_oculta = delta_salida * pesos_salida * oculta * (1 - oculta)

        pesos_salida = pesos_salida + tasa * delta_salida * oculta
        umbral_salida = umbral_salida + tasa * delta_salida
        pesos_ocultos = pesos_ocultos + tasa * np.outer(delta_oculta, x)
        umbral_oculto = umbral_oculto + tasa * delta_oculta

    if epoca % 500 == 0:
        print('epoca', epoca, 'error', error_cuadratico)

for x in entradas:
    oculta = sigmoide(pesos_ocultos.dot(x) + umbral_oculto)
    print(x, '->', sigmoide(pesos_salida.dot(oculta) + umbral_salida))
