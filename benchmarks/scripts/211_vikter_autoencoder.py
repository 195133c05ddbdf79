# Autokodare med delade vikter (W fram, W.T tillbaka)
# Labb 4, Maskininlärning för ingenjörer. Grupp 7: Astrid & Johan
import numpy as np

slump = np.random.RandomState(99)


def sigm(x):
    return 1.0 / (1.0 + np.exp(-x))


# signaler: summor av två sinusvågor, 12 mätpunkter -> ligger på en yta med låg dimension
t = np.linspace(0, 1, 12)
amp = slump.uniform(0.3, 1.0, size=(100, 2))
fas = slump.uniform(0, np.pi, size=(100, 1))
signaler = amp[:, :1] * np.sin(2 * np.pi * t + fas) + amp[:, 1:] * np.cos(4 * np.pi * t)
signaler -= signaler.mean(axis=0)

n_syn, n_kod = 12, 5
W = slump.normal(0, 0.3, (n_syn, n_kod))
b_kod = np.zeros(n_kod)
b_syn = np.zeros(n_syn)

eta = 0.15
for epok in range(501):
    # -- fram
    kod = sigm(signaler @ W + b_kod)
    rekon = kod @ W.T + b_syn
    fel = rekon - signaler
    J = 0.5 * np.mean(np.sum(fel ** 2, axis=1))
    if epok % 100 == 0:
        print("epok %d  J = %.5f" % (epok, J))

    # -- bak
    d_rekon = fel / len(signaler)
    d_kod = (d_rekon @ W) * kod * (1 - kod)
    # W finns på två ställen: bidragen läggs ihop
    gW = signaler.T @ d_kod + d_rekon.T @ kod
    gb_kod = np.sum(d_kod, axis=0)
    gb_syn = np.sum(d_rekon, axis=0)

    W -= eta * gW
    b_kod -= eta * gb_kod
    b_syn -= eta * gb_syn

print("förklarad varians: %.1f %%" % (100 * (1 - fel.var() / signaler.var())))
