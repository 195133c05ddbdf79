# Maintenance prédictive des pompes : un tronc commun, deux têtes
#   tête 1 : durée de vie restante (régression)
#   tête 2 : panne dans les 24 h (oui / non)
# Atelier méthodes, site de Saint-Nazaire
import numpy as np

gen = np.random.default_rng(44)

# -- données simulées : vibration, température, courant, débit, heures -----------------
N = 320
X = gen.normal(size=(N, 5))
usure = 0.8 * X[:, 0] + 0.6 * np.maximum(X[:, 1], 0) + 0.5 * X[:, 4] - 0.3 * X[:, 2] * X[:, 3]
duree = (np.exp(-0.5 * usure) + 0.1 * gen.normal(size=N))[:, None]
duree = (duree - duree.mean()) / duree.std()
panne = (usure + 0.2 * gen.normal(size=N) > 0.9).astype(float)[:, None]

# -- réseau ---------------------------------------------------------------------------
H = 16
tronc = {"W": gen.normal(size=(5, H)) * 0.4, "b": np.zeros(H)}
tete_duree = {"W": gen.normal(size=(H, 1)) * 0.25, "b": np.zeros(1)}
tete_panne = {"W": gen.normal(size=(H, 1)) * 0.25, "b": np.zeros(1)}
POIDS_PANNE = 2.0        # une panne ratée coûte cher
pas = 0.2


def avant(x):
    c = np.tanh(x @ tronc["W"] + tronc["b"])
    d = c @ tete_duree["W"] + tete_duree["b"]
    p = 1 / (1 + np.exp(-(c @ tete_panne["W"] + tete_panne["b"])))
    return c, d, p


def cout(d, p, yd, yp):
    carres = 0.5 * np.mean((d - yd) ** 2)
    log = -np.mean(yp * np.log(p) + (1 - yp) * np.log(1 - p))
    return carres + POIDS_PANNE * log, carres, log


def iteration(x, yd, yp):
    n = len(x)
    c, d, p = avant(x)

    # têtes
    err_d = (d - yd) / n
    err_p = POIDS_PANNE * (p - yp) / n
    for tete, err in ((tete_duree, err_d), (tete_panne, err_p)):
        tete["W"] -= pas * c.T @ err
        tete["b"] -= pas * err.sum(axis=0)

    # tronc : les deux erreurs s'ajoutent
    err_c = err_d @ tete_duree["W"].T + err_p @ tete_panne["W"].T
    err_c *= 1 - c ** 2
    tronc["W"] -= pas * x.T @ err_c
    tronc["b"] -= pas * err_c.sum(axis=0)


for epoque in range(1, 101):
    melange = gen.permutation(N)
    for lot in np.array_split(melange, 8):
        iteration(X[lot], duree[lot], panne[lot])
    if epoque % 20 == 0:
        _, d, p = avant(X)
        total, carres, log = cout(d, p, duree, panne)
        print(f"époque {epoque:3d}  total {total:.4f}  (durée {carres:.4f}, panne {log:.4f})"
              f"  bien classées {np.mean((p > .5) == panne):.1%}")
