# shabaka asabiya basita: tawaqqu' istihlak al-kahraba' wal-ma' (kahraba, maa)
# a small network for the electricity and water use of a building -- Yusuf H., graduation project
import numpy as np

rng = np.random.default_rng(966)


def bayanat(adad=144):
    # sa'a (hour), harara (temperature), sukkan (people inside)
    saa = rng.uniform(0, 24, adad)
    harara = rng.uniform(15, 45, adad)
    sukkan = rng.integers(0, 30, adad)
    kahraba = 0.08 * np.maximum(harara - 24, 0) + 0.03 * sukkan * np.sin(np.pi * saa / 24)
    maa = 0.05 * sukkan + 0.3 * np.cos(4 * np.pi * saa / 24)
    X = np.stack([np.sin(2 * np.pi * saa / 24), np.cos(2 * np.pi * saa / 24), (harara - 30) / 9, (sukkan - 15) / 9], 1)
    Y = np.stack([kahraba, maa], 1)
    return X, (Y - Y.mean(0)) / Y.std(0)


def dufuat(X, Y, hajm):
    tartib = rng.permutation(len(X))
    for bidaya in range(0, len(X), hajm):
        i = tartib[bidaya:bidaya + hajm]
        yield X[i], Y[i]


X, Y = bayanat()
awzan = [rng.normal(0, 0.5, (4, 20)), rng.normal(0, 0.3, (20, 2))]
inhiyaz = [np.zeros(20), np.zeros(2)]
kull = awzan + inhiyaz                      # same arrays, one list

m = [np.zeros_like(p) for p in kull]
v = [np.zeros_like(p) for p in kull]
beta1, beta2, eps = 0.9, 0.999, 1e-8
muaddal = 0.01

for dawra in range(40):
    khasara_kulliya = []
    for t, (x, y) in enumerate(dufuat(X, Y, 24), start=1):
        # amaman (forward)
        h = np.tanh(x @ awzan[0] + inhiyaz[0])
        tawaqqu = h @ awzan[1] + inhiyaz[1]
        khata = tawaqqu - y
        khasara_kulliya.append(0.5 * np.mean(np.sum(khata ** 2, axis=1)))

        # khalfan (backward)
        d2 = khata / len(x)
        d1 = (d2 @ awzan[1].T) * (1 - h ** 2)
        mayl = [x.T @ d1, h.T @ d2, d1.sum(0), d2.sum(0)]

        # Adam
        for i, g in enumerate(mayl):
            m[i] = beta1 * m[i] + (1 - beta1) * g
            v[i] = beta2 * v[i] + (1 - beta2) * g ** 2
            m_hat = m[i] / (1 - beta1 ** t)
            v_hat = v[i] / (1 - beta2 ** t)
            kull[i] -= muaddal * m_hat / (np.sqrt(v_hat) + eps)
    if dawra % 5 == 4:
        print("dawra", dawra + 1, "khasara", np.round(np.mean(khasara_kulliya), 5))

h = np.tanh(X @ awzan[0] + inhiyaz[0])
r2 = 1 - np.mean((h @ awzan[1] + inhiyaz[1] - Y) ** 2, axis=0)
print("R2 (kahraba, maa):", r2.round(3))
