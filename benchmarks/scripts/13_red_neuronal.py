import numpy as np

class RedNeuronal:
    def __init__(self, entradas, ocultas, salidas, tasa=0.3):
        np.random.seed(10)
        self.pesos_ocultos = np.random.uniform(-1, 1, (entradas, ocultas))
        self.sesgo_oculto = np.zeros((1, ocultas))
        self.pesos_salida = np.random.uniform(-1, 1, (ocultas, salidas))
        self.sesgo_salida = np.zeros((1, salidas))
        self.tasa = tasa

    def sigmoide(self, x):
        return 1 / (1 + np.exp(-x))

    def adelante(self, X):
        self.oculta = self.sigmoide(X @ self.pesos_ocultos + self.sesgo_oculto)
        self.salida = self.sigmoide(self.oculta @ self.pesos_salida + self.sesgo_salida)
        return self.salida

    def atras(self, X, objetivo):
        m = len(X)
        error = objetivo - self.salida
        delta_salida = error * self.salida * (1 - self.salida)
        # primero los pesos de la salida
        self.pesos_salida += self.tasa * self.oculta.T @ delta_salida / m
        self.sesgo_salida += self.tasa * delta_salida.sum(axis=0, keepdims=True) / m
        # ahora la capa oculta
        delta_oculta = delta_salida @ self.pesos_salida.T * self.oculta * (1 - self.oculta)
        self.pesos_ocultos += self.tasa * X.T @ delta_oculta / m
        self.sesgo_oculto += self.tasa * delta_oculta.sum(axis=0, keepdims=True) / m
        return np.mean(error ** 2)

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
y = np.array([[0], [1], [1], [0]], dtype=float)
red = RedNeuronal(2, 4, 1)
for epoca in range(400):
    red.adelante(X)
    ecm = red.atras(X, y)
    if epoca % 100 == 0:
        print("epoca", epoca, "ECM", ecm)
