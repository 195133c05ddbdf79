# Etterbehandling av 2-meters temperatur, en vektor ("embedding") for hver stasjon.
# Modellen faar prognosen, vind og skydekke, og laerer selv hva som er spesielt med stasjonen.
import numpy as np

rng = np.random.RandomState(1870)

STASJONER = ["Blindern", "Finse", "Flesland", "Kautokeino", "Roeros", "Vaernes", "Slettnes", "Nesbyen"]
DIM = 3
SKJULT = 12

# --- syntetiske observasjoner ------------------------------------------------
n = 480
stasjon = rng.randint(len(STASJONER), size=n)
prognose = rng.randn(n)
vind = np.abs(rng.randn(n))
sky = rng.uniform(0, 1, n)
skjevhet = np.array([0.1, -0.8, 0.4, -1.5, -1.2, 0.0, 0.6, -0.5])
kald_pool = np.array([0.1, 0.2, 0.0, 1.4, 1.2, 0.3, 0.1, 0.9])
obs = prognose + skjevhet[stasjon] - kald_pool[stasjon] * (1 - sky) * np.exp(-vind) + 0.1 * rng.randn(n)
felt = np.column_stack([prognose, vind - 0.8, sky - 0.5])
obs = obs[:, np.newaxis]

tren, test = np.arange(0, 400), np.arange(400, n)

# --- parametre ---------------------------------------------------------------
E = rng.randn(len(STASJONER), DIM) * 0.3
W1 = rng.randn(DIM + 3, SKJULT) * np.sqrt(1.0 / (DIM + 3))
b1 = np.zeros(SKJULT)
W2 = rng.randn(SKJULT, 1) * np.sqrt(1.0 / SKJULT)
b2 = np.zeros(1)


def framover(st, f):
    inn = np.hstack([E[st], f])
    h = np.tanh(inn @ W1 + b1)
    return inn, h, h @ W2 + b2


def kostnad(ut, fasit):
    return 0.5 * np.mean((ut - fasit) ** 2)


steg = 0.1
for epoke in range(121):
    rekkefolge = rng.permutation(tren)
    for start in range(0, len(tren), 40):
        utvalg = rekkefolge[start:start + 40]
        st, f, fasit = stasjon[utvalg], felt[utvalg], obs[utvalg]

        inn, h, ut = framover(st, f)

        d_ut = (ut - fasit) / len(utvalg)
        dW2 = h.T @ d_ut
        db2 = d_ut.sum(0)
        d_h = (d_ut @ W2.T) * (1 - h ** 2)
        dW1 = inn.T @ d_h
        db1 = d_h.sum(0)
        d_inn = d_h @ W1.T
        dE = np.zeros_like(E)
        dE[st] += d_inn[:, :DIM]

        W2 -= steg * dW2
        b2 -= steg * db2
        W1 -= steg * dW1
        b1 -= steg * db1
        E -= steg * dE

    if epoke % 20 == 0:
        print("epoke %3d  trening %.4f  test %.4f" % (
            epoke,
            kostnad(framover(stasjon[tren], felt[tren])[2], obs[tren]),
            kostnad(framover(stasjon[test], felt[test])[2], obs[test])))

print()
for navn, e in zip(STASJONER, E):
    print("%-12s" % navn, np.round(e, 2))
