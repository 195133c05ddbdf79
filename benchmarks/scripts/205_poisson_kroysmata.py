# Πρόβλεψη εβδομαδιαίων κρουσμάτων με μικρό δίκτυο και απώλεια Poisson
# (εργασία στη Βιοστατιστική Ι - Δ. Παπαδάκης)
import numpy as np

gennitria = np.random.default_rng(1821)


def ftiakse_dedomena(n=200):
    """θερμοκρασία, υγρασία, κινητικότητα, εμβολιασμένοι -> πλήθος κρουσμάτων"""
    x = gennitria.normal(size=(n, 4))
    rythmos = np.exp(0.8 + 0.5 * x[:, 0] - 0.6 * x[:, 3] + 0.4 * np.sin(2 * x[:, 2]))
    return x, gennitria.poisson(rythmos).astype(float)[:, None]


def emprosthia(x, theta):
    h = np.tanh(x @ theta["W_kryfo"] + theta["b_kryfo"])
    lam = np.exp(h @ theta["W_exodos"] + theta["b_exodos"])     # ρυθμός > 0
    return h, lam


def apoleia(lam, y):
    # αρνητική λογ-πιθανοφάνεια Poisson χωρίς τον όρο ln(y!)
    return np.mean(lam - y * np.log(lam))


def opisthia(x, y, h, lam, theta):
    n = x.shape[0]
    d_exodos = (1 - y / lam) / n
    klisi = {}
    klisi["W_exodos"] = h.T @ d_exodos
    klisi["b_exodos"] = d_exodos.sum(axis=0)
    d_kryfo = d_exodos @ theta["W_exodos"].T * (1 - h ** 2)
    klisi["W_kryfo"] = x.T @ d_kryfo
    klisi["b_kryfo"] = d_kryfo.sum(axis=0)
    return klisi


x, y = ftiakse_dedomena()
x_ekp, y_ekp = x[:150], y[:150]
x_elegx, y_elegx = x[150:], y[150:]

theta = {
    "W_kryfo": gennitria.normal(scale=0.5, size=(4, 9)),
    "b_kryfo": np.zeros(9),
    "W_exodos": gennitria.normal(scale=0.3, size=(9, 1)),
    "b_exodos": np.zeros(1),
}

vima = 0.05
for epochi in range(401):
    h, lam = emprosthia(x_ekp, theta)
    if epochi % 80 == 0:
        _, lam_elegx = emprosthia(x_elegx, theta)
        print("εποχή %3d: εκπαίδευση %.4f, έλεγχος %.4f"
              % (epochi, apoleia(lam, y_ekp), apoleia(lam_elegx, y_elegx)))
    klisi = opisthia(x_ekp, y_ekp, h, lam, theta)
    for onoma, g in klisi.items():
        theta[onoma] -= vima * g

_, lam = emprosthia(x_elegx, theta)
print("μέσο πλήθος: %.2f, μέση πρόβλεψη: %.2f" % (y_elegx.mean(), lam.mean()))
