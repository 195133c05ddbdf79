# %% [markdown]
# # Card fraud: three classes, very unbalanced
# ok / suspicious / fraud. Class weights go into the cross-entropy so that the rare ones count.

# %%
import numpy as np
rng = np.random.RandomState(101)

# %% made-up transactions
n = 600
amount = rng.exponential(1.0, n)
hour = rng.uniform(-1, 1, n)
distance = rng.exponential(0.7, n)
n_today = rng.poisson(2, n) / 2.0
risk = amount * distance + 0.8 * n_today * (hour > 0.3) + 0.3 * rng.randn(n)
label = np.digitize(risk, np.quantile(risk, [0.78, 0.93]))
X = np.c_[amount - 1, hour, distance - 0.7, n_today - 1]
Xtr, Xte, ytr, yte = X[:450], X[450:], label[:450], label[450:]
print("class counts:", np.bincount(ytr))

# %% weights inversely proportional to frequency
class_weight = len(ytr) / (3.0 * np.bincount(ytr))
print("class weights:", class_weight.round(2))

# %% model
D, H, C = 4, 20, 3
params = dict(
    W1=rng.randn(D, H) * np.sqrt(2.0 / D),
    b1=np.zeros(H),
    W2=rng.randn(H, C) * np.sqrt(2.0 / H),
    b2=np.zeros(C),
)


# %%
def predict(X):
    hidden = np.maximum(X @ params["W1"] + params["b1"], 0)
    scores = hidden @ params["W2"] + params["b2"]
    scores -= scores.max(axis=1, keepdims=True)
    probs = np.exp(scores)
    probs /= probs.sum(axis=1, keepdims=True)
    return hidden, probs


def weighted_loss(probs, y):
    picked = probs[np.arange(len(y)), y]
    return np.mean(class_weight[y] * -np.log(picked + 1e-12))


def gradients(X, y):
    hidden, probs = predict(X)
    loss = weighted_loss(probs, y)
    dscores = probs.copy()
    dscores[np.arange(len(y)), y] -= 1
    dscores /= len(y)
    grads = {}
    grads["W2"] = hidden.T @ dscores
    grads["b2"] = dscores.sum(axis=0)
    dhidden = dscores @ params["W2"].T
    dhidden[hidden <= 0] = 0
    grads["W1"] = X.T @ dhidden
    grads["b1"] = dhidden.sum(axis=0)
    return loss, grads


# %% train
history = []
velocity = {k: np.zeros_like(v) for k, v in params.items()}
for epoch in range(60):
    perm = rng.permutation(len(Xtr))
    losses = []
    for start in range(0, len(Xtr), 45):
        batch = perm[start:start + 45]
        loss, grads = gradients(Xtr[batch], ytr[batch])
        losses.append(loss)
        for k in params:
            velocity[k] = 0.9 * velocity[k] - 0.02 * grads[k]
            params[k] += velocity[k]
    history.append(np.mean(losses))
print("loss:", np.round(history[::10] + history[-1:], 3))

# %% recall of each class
guess = predict(Xte)[1].argmax(axis=1)
for c, name in enumerate(["ok", "suspicious", "fraud"]):
    print("%-11s recall %.2f" % (name, np.mean(guess[yte == c] == c)))
