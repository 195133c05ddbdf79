"""Every op returns its value and a function that pulls a gradient back. No classes, no tape."""
import numpy as np


def affine(w, b):
    def op(x):
        def pull(g):
            return g @ w.T, (x.T @ g, g.sum(axis=0))

        return x @ w + b, pull

    return op


def leaky(slope=0.05):
    def op(x):
        mask = np.where(x > 0, 1.0, slope)
        return x * mask, lambda g: (g * mask, ())

    return op


def compose(*ops):
    def op(x):
        pulls = []
        for f in ops:
            x, pull = f(x)
            pulls.append(pull)

        def pull_all(g):
            grads = []
            for pull in reversed(pulls):
                g, own = pull(g)
                grads[:0] = own
            return g, grads

        return x, pull_all

    return op


def squared_error(y, t):
    diff = y - t
    return np.sum(diff**2) / len(t), 2 * diff / len(t)


def build(params):
    w1, b1, w2, b2, w3, b3 = params
    return compose(affine(w1, b1), leaky(), affine(w2, b2), leaky(), affine(w3, b3))


rng = np.random.default_rng(77)
# forward kinematics of a two-link arm: two angles -> hand position
angles = rng.uniform(-np.pi / 2, np.pi / 2, (200, 2))
elbow = angles.sum(axis=1)
hand = np.stack(
    [np.cos(angles[:, 0]) + 0.7 * np.cos(elbow), np.sin(angles[:, 0]) + 0.7 * np.sin(elbow)],
    axis=1,
)

sizes = (2, 18, 18, 2)
params = []
for a, b in zip(sizes, sizes[1:]):
    params += [rng.normal(0, np.sqrt(2 / a), (a, b)), np.zeros(b)]

for it in range(1501):
    y, pull = build(params)(angles)
    loss, g = squared_error(y, hand)
    _, grads = pull(g)
    params = [p - 0.03 * dp for p, dp in zip(params, grads)]
    if it % 300 == 0:
        print(it, round(loss, 5))

y, _ = build(params)(np.array([[0.3, -0.4]]))
print("predicted hand:", y[0])
