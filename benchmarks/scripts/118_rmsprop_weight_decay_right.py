import numpy as np
from numpy.random import default_rng

gen = default_rng(18)


class MLP:
    def __init__(self, dims):
        self.theta = []
        for a, b in zip(dims, dims[1:]):
            self.theta.append({"w": gen.normal(0, np.sqrt(2 / a), (a, b)), "b": np.zeros(b)})
        self.cache = [{k: np.zeros_like(p) for k, p in layer.items()} for layer in self.theta]

    def __call__(self, x):
        self.acts = [x]
        for i, layer in enumerate(self.theta):
            z = self.acts[-1] @ layer["w"] + layer["b"]
            self.acts.append(np.maximum(z, 0) if i < len(self.theta) - 1 else z)
        return self.acts[-1]

    def grads(self, dout, l2):
        gs = []
        for i in range(len(self.theta) - 1, -1, -1):
            layer = self.theta[i]
            gs.insert(0, {"w": self.acts[i].T @ dout + l2 * layer["w"], "b": dout.sum(0)})
            dout = (dout @ layer["w"].T) * (self.acts[i] > 0)
        return gs

    def rmsprop(self, gs, lr, rho=0.9, eps=1e-7):
        for layer, cache, g in zip(self.theta, self.cache, gs):
            for k in layer:
                cache[k] = rho * cache[k] + (1 - rho) * g[k] ** 2
                layer[k] = layer[k] - lr * g[k] / (np.sqrt(cache[k]) + eps)


def softmax_loss(scores, y):
    scores = scores - scores.max(axis=1, keepdims=True)
    probs = np.exp(scores)
    probs /= probs.sum(axis=1, keepdims=True)
    n = y.shape[0]
    loss = -np.log(probs[range(n), y]).mean()
    d = probs.copy()
    d[range(n), y] -= 1
    return loss, d / n


X = gen.normal(size=(120, 6))
y = (X[:, 0] > 0) * 2 + (X[:, 1] * X[:, 2] > 0)
net, l2 = MLP([6, 14, 8, 4]), 1e-3
for epoch in range(12):
    shuffled = gen.permutation(120)
    losses = []
    for part in np.split(shuffled, 5):
        scores = net(X[part])
        data_loss, dscores = softmax_loss(scores, y[part])
        loss = data_loss + 0.5 * l2 * sum(np.sum(layer["w"] ** 2) for layer in net.theta)
        net.rmsprop(net.grads(dscores, l2), lr=0.003)
        losses.append(loss)
    print(epoch, np.mean(losses))
print("acc", (net(X).argmax(1) == y).mean())
