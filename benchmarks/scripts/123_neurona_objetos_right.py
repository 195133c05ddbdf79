import math
import random


class Neurona:
    def __init__(self, entradas):
        self.pesos = [random.gauss(0, 0.6) for _ in range(entradas)]
        self.sesgo = 0.0
        self.salida = 0.0
        self.delta = 0.0
        self.entradas = []

    def activar(self, entradas):
        self.entradas = entradas
        suma = self.sesgo
        for p, e in zip(self.pesos, entradas):
            suma += p * e
        self.salida = 1 / (1 + math.exp(-suma))
        return self.salida

    def ajustar(self, tasa):
        for i in range(len(self.pesos)):
            self.pesos[i] -= tasa * self.delta * self.entradas[i]
        self.sesgo -= tasa * self.delta


class Red:
    def __init__(self, *tamanos):
        self.capas = []
        for antes, ahora in zip(tamanos, tamanos[1:]):
            self.capas.append([Neurona(antes) for _ in range(ahora)])

    def predecir(self, x):
        for capa in self.capas:
            x = [n.activar(x) for n in capa]
        return x

    def aprender(self, x, objetivo, tasa):
        prediccion = self.predecir(x)
        for n, y in zip(self.capas[-1], objetivo):
            n.delta = (n.salida - y) * n.salida * (1 - n.salida)
        for i in reversed(range(len(self.capas) - 1)):
            for j, n in enumerate(self.capas[i]):
                error = sum(m.pesos[j] * m.delta for m in self.capas[i + 1])
                n.delta = error * n.salida * (1 - n.salida)
        for capa in self.capas:
            for n in capa:
                n.ajustar(tasa)
        return sum((p - y) ** 2 for p, y in zip(prediccion, objetivo)) / 2


random.seed(23)
datos = [([0.1, 0.9, 0.3], [1, 0]), ([0.8, 0.2, 0.5], [0, 1]), ([0.4, 0.7, 0.9], [1, 1]),
         ([0.6, 0.1, 0.2], [0, 0]), ([0.9, 0.8, 0.1], [0, 1])]
red = Red(3, 4, 2)
for epoca in range(200):
    error = sum(red.aprender(x, y, 0.5) for x, y in datos)
    if epoca % 50 == 0:
        print("epoca", epoca, "error", round(error, 4))
for x, y in datos:
    print(y, [round(v, 2) for v in red.predecir(x)])
