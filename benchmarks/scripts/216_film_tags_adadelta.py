"""Tags for films (action, comedy, drama): a film may have any number of them.

Adadelta needs no learning rate, so I took that one.  Weights of the best validation loss are kept.
"""
import copy
import numpy as np

TAGS = ["action", "comedy", "drama"]
L2 = 1e-3
rs = np.random.RandomState(6)


def elu(x, alpha=0.8):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def elu_grad(x, alpha=0.8):
    return np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))


def films(n):
    """loudness, cuts per minute, jokes, tears, runtime, explosions"""
    f = rs.randn(n, 6)
    action = f[:, 0] + f[:, 1] + 2 * f[:, 5] > 0.5
    comedy = f[:, 2] - 0.5 * f[:, 3] ** 2 > 0
    drama = (f[:, 3] > -0.2) & (f[:, 5] < 0.8)
    return f, np.c_[action, comedy, drama].astype(float)


def forward(model, x):
    pre = x @ model["Win"] + model["bin"]
    hid = elu(pre)
    logit = hid @ model["Wout"] + model["bout"]
    return pre, hid, logit


def objective(model, x, t):
    """summed over tags, averaged over films; in the stable form with logits"""
    logit = forward(model, x)[-1]
    bce = np.maximum(logit, 0) - logit * t + np.log1p(np.exp(-np.abs(logit)))
    return bce.sum(1).mean() + 0.5 * L2 * (np.sum(model["Win"] ** 2) + np.sum(model["Wout"] ** 2))


def gradient(model, x, t):
    pre, hid, logit = forward(model, x)
    err = (1 / (1 + np.exp(-logit)) - t) / len(x)
    back = err @ model["Wout"].T * elu_grad(pre)
    return {
        "Wout": hid.T @ err + L2 * model["Wout"],
        "bout": err.sum(0),
        "Win": x.T @ back + L2 * model["Win"],
        "bin": back.sum(0),
    }


def main():
    x, t = films(260)
    x_tr, t_tr, x_va, t_va = x[:200], t[:200], x[200:], t[200:]
    model = {
        "Win": rs.randn(6, 15) / np.sqrt(6),
        "bin": np.zeros(15),
        "Wout": rs.randn(15, 3) / np.sqrt(15),
        "bout": np.zeros(3),
    }
    acc_g = {k: np.zeros_like(w) for k, w in model.items()}
    acc_d = {k: np.zeros_like(w) for k, w in model.items()}
    rho, eps = 0.95, 1e-4

    best, best_loss, waited = None, np.inf, 0
    for epoch in range(80):
        for b in np.array_split(rs.permutation(200), 5):
            g = gradient(model, x_tr[b], t_tr[b])
            for k in model:
                acc_g[k] = rho * acc_g[k] + (1 - rho) * g[k] ** 2
                d = -np.sqrt(acc_d[k] + eps) / np.sqrt(acc_g[k] + eps) * g[k]
                acc_d[k] = rho * acc_d[k] + (1 - rho) * d ** 2
                model[k] += d
        va = objective(model, x_va, t_va)
        if va < best_loss:
            best, best_loss, waited = copy.deepcopy(model), va, 0
        else:
            waited += 1
            if waited == 12:
                print("no better for 12 epochs, stop")
                break
        if epoch % 10 == 0:
            print("epoch %2d  train %.4f  val %.4f" % (epoch, objective(model, x_tr, t_tr), va))

    hits = (forward(best, x_va)[-1] > 0) == (t_va > 0.5)
    print("best val %.4f;" % best_loss, ", ".join("%s %.2f" % p for p in zip(TAGS, hits.mean(0))))


main()
