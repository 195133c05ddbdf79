# Perceptrón multicapa, una muestra cada vez
import numpy as np

def sigmoide(x): return 1 / (1 + np.exp(-x))
def derivada(a): return a * (1 - a)

np.random.seed(33)
muestras = np.random.rand(15, 3)
objetivos = np.stack([muestras.mean(axis=1), muestras.max(axis=1)], axis=1)
pesos_entrada = np.random.randn(4, 3) * 0.8
umbral_oculto = np.zeros(4)
pesos_salida = np.random.randn(2, 4) * 0.8
umbral_salida = np.zeros(2)
eta = 0.4
for epoca in range(30):
    error_total = 0
    for muestra, objetivo in zip(muestras, objetivos):
        neta_oculta = pesos_entrada.dot(muestra) + umbral_oculto
        oculta = sigmoide(neta_oculta)
        neta_salida = pesos_salida.dot(oculta) + umbral_salida
        salida = sigmoide(neta_salida)
        error = salida - objetivo
        error_total += 0.5 * np.sum(error ** 2)
        delta_salida = error
        delta_oculta = pesos_salida.T.dot(delta_salida) * derivada(oculta)
        pesos_salida -= eta * np.outer(delta_salida, oculta)
        umbral_salida -= eta * delta_salida
        pesos_entrada -= eta * np.outer(delta_oculta, muestra)
        umbral_oculto -= eta * delta_oculta
    if epoca % 10 == 0:
        print("Época", epoca, "error", error_total)
