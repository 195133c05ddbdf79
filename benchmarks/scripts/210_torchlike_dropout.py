# I normally use torch, here is what nn.Dropout etc. really do. Only numpy.
import numpy as np

rng = np.random.RandomState(42)


class Net:
    """fc1 -> relu -> dropout -> fc2 -> relu -> dropout -> fc3"""

    def __init__(self, d_in, d_h1, d_h2, n_class, p=0.25):
        self.fc1_weight = rng.randn(d_in, d_h1) * (2 / d_in) ** 0.5
        self.fc1_bias = np.zeros(d_h1)
        self.fc2_weight = rng.randn(d_h1, d_h2) * (2 / d_h1) ** 0.5
        self.fc2_bias = np.zeros(d_h2)
        self.fc3_weight = rng.randn(d_h2, n_class) * (1 / d_h2) ** 0.5
        self.fc3_bias = np.zeros(n_class)
        self.p = p
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def dropout(self, h):
        if not self.training:
            return h, np.ones_like(h)
        mask = (rng.rand(*h.shape) >= self.p) / (1 - self.p)
        return h * mask, mask

    def forward(self, x):
        self.x = x
        self.h1 = np.maximum(0, x @ self.fc1_weight + self.fc1_bias)
        self.d1, self.mask1 = self.dropout(self.h1)
        self.h2 = np.maximum(0, self.d1 @ self.fc2_weight + self.fc2_bias)
        self.d2, self.mask2 = self.dropout(self.h2)
        return self.d2 @ self.fc3_weight + self.fc3_bias

    def backward(self, dlogits):
        grads = {}
        grads["fc3_weight"] = self.d2.T @ dlogits
        grads["fc3_bias"] = dlogits.sum(0)
        dh2 = dlogits @ self.fc3_weight.T * self.mask2 * (self.h2 > 0)
        grads["fc2_weight"] = self.h1.T @ dh2
        grads["fc2_bias"] = dh2.sum(0)
        dh1 = dh2 @ self.fc2_weight.T * self.mask1 * (self.h1 > 0)
        grads["fc1_weight"] = self.x.T @ dh1
        grads["fc1_bias"] = dh1.sum(0)
        return grads


def cross_entropy(logits, target):
    logits = logits - logits.max(1, keepdims=True)
    log_softmax = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    n = len(target)
    dlogits = np.exp(log_softmax)
    dlogits[np.arange(n), target] -= 1
    return -log_softmax[np.arange(n), target].mean(), dlogits / n


# toy "digits": 4 noisy prototypes with 10 pixels
prototypes = rng.rand(4, 10) > 0.5
labels = rng.randint(0, 4, 240)
images = prototypes[labels] + 0.45 * rng.randn(240, 10)
x_train, t_train, x_test, t_test = images[:180], labels[:180], images[180:], labels[180:]

model = Net(10, 32, 16, 4)
lr = 0.1
for epoch in range(25):
    model.train()
    running = 0.0
    order = rng.permutation(180)
    for start in range(0, 180, 30):
        idx = order[start:start + 30]
        loss, dlogits = cross_entropy(model.forward(x_train[idx]), t_train[idx])
        for name, g in model.backward(dlogits).items():
            setattr(model, name, getattr(model, name) - lr * g)
        running += loss
    if (epoch + 1) % 5 == 0:
        model.eval()
        acc = (model.forward(x_test).argmax(1) == t_test).mean()
        print(f"[{epoch + 1:2d}] train loss {running / 6:.4f}  test acc {acc:.3f}")
