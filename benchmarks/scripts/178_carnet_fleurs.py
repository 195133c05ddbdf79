#!/usr/bin/env python
# coding: utf-8

# # TP3 : un perceptron multicouche pour classer des fleurs (fictives)

# In[1]:


import numpy as np
rng = np.random.RandomState(5)


# In[2]:


# trois espèces, quatre mesures
centres = np.array([[5.0, 3.4, 1.5, 0.3], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.5, 2.0]])
X = np.vstack([c + 0.35 * rng.randn(40, 4) for c in centres])
etiquettes = np.repeat([0, 1, 2], 40)
X = (X - X.mean(0)) / X.std(0)
Y = np.eye(3)[etiquettes]


# In[3]:


class Reseau:
    def __init__(self, n_entree, n_cache, n_sortie):
        self.W1 = rng.randn(n_entree, n_cache) * np.sqrt(1 / n_entree)
        self.b1 = np.zeros(n_cache)
        self.W2 = rng.randn(n_cache, n_sortie) * np.sqrt(1 / n_cache)
        self.b2 = np.zeros(n_sortie)

    @staticmethod
    def softmax(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def avant(self, X):
        self.X = X
        self.h = 1 / (1 + np.exp(-(X @ self.W1 + self.b1)))
        self.p = self.softmax(self.h @ self.W2 + self.b2)
        return self.p

    def entropie_croisee(self, Y):
        return -np.mean(np.sum(Y * np.log(self.p + 1e-12), axis=1))

    def arriere(self, Y):
        n = len(Y)
        # dérivée de la fonction de perte, puis de l'activation de sortie
        delta2 = (self.p - Y) * self.p * (1 - self.p)
        self.dW2 = self.h.T @ delta2 / n
        self.db2 = delta2.mean(axis=0)
        delta1 = delta2 @ self.W2.T * self.h * (1 - self.h)
        self.dW1 = self.X.T @ delta1 / n
        self.db1 = delta1.mean(axis=0)

    def pas(self, taux):
        self.W1 -= taux * self.dW1
        self.b1 -= taux * self.db1
        self.W2 -= taux * self.dW2
        self.b2 -= taux * self.db2


# In[4]:


reseau = Reseau(4, 7, 3)
pertes = []
for epoque in range(800):
    reseau.avant(X)
    pertes.append(reseau.entropie_croisee(Y))
    reseau.arriere(Y)
    reseau.pas(0.7)
print("perte au début : %.3f, à la fin : %.3f" % (pertes[0], pertes[-1]))


# In[5]:


print("bien classées :", np.mean(reseau.avant(X).argmax(1) == etiquettes))
