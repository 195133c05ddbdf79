# Retea mica cu pierdere hinge (ca la SVM), etichete -1 / +1
# tema pentru acasa, seminarul 9
from numpy import *
from numpy.random import RandomState

r = RandomState(404)

# doua semiluni
n = 100
u = r.uniform(0, pi, n)
sus = column_stack((cos(u), sin(u)))
jos = column_stack((1 - cos(u), 0.5 - sin(u)))
X = vstack((sus, jos)) + r.normal(0, 0.1, (2 * n, 2))
y = concatenate((ones(n), -ones(n)))

l2 = 1e-3

def retea_noua(h1, h2):
    return [r.normal(0, 1, (2, h1)), zeros(h1),
            r.normal(0, 1, (h1, h2)) / sqrt(h1), zeros(h2),
            r.normal(0, 1, h2) / sqrt(h2), 0.0]          # ultimul strat: un vector si un numar

def scor(p, X):
    a = maximum(dot(X, p[0]) + p[1], 0)
    b = maximum(dot(a, p[2]) + p[3], 0)
    return a, b, dot(b, p[4]) + p[5]

def pierdere(p, X, y):
    s = scor(p, X)[2]
    return mean(maximum(0, 1 - y * s)) + l2 * (sum(p[0]**2) + sum(p[2]**2) + sum(p[4]**2))

def gradienti(p, X, y):
    a, b, s = scor(p, X)
    ds = where(y * s < 1, -y, 0) / len(y)
    g4 = dot(ds, b) + 2 * l2 * p[4]
    g5 = sum(ds)
    db_ = outer(ds, p[4]) * (b > 0)
    g2 = dot(a.T, db_) + 2 * l2 * p[2]
    g3 = sum(db_, axis=0)
    da_ = dot(db_, p[2].T) * (a > 0)
    g0 = dot(X.T, da_) + 2 * l2 * p[0]
    g1 = sum(da_, axis=0)
    return [g0, g1, g2, g3, g4, g5]

p = retea_noua(12, 8)
pas = 0.2
for k in range(1501):
    g = gradienti(p, X, y)
    p = [w - pas * d for w, d in zip(p, g)]
    if k % 300 == 0:
        print("pasul", k, "pierdere", pierdere(p, X, y), "corecte", mean(sign(scor(p, X)[2]) == y))
        pas *= 0.95
