import numpy as np

# --- data: shop sales from weekday (as sin/cos), temperature, holiday, advertising ---
rng = np.random.RandomState(17)
M = 210
day = np.arange(M) % 7
temp = 15 + 10 * np.sin(np.arange(M) / 30) + rng.randn(M) * 3
holiday = (rng.rand(M) < 0.08).astype(float)
ads = rng.rand(M)
sales = 3 + 1.5 * (day >= 5) + 0.05 * temp + 2 * ads * (1 - holiday) - 2.5 * holiday + 0.2 * rng.randn(M)

features = np.c_[np.sin(day * 2 * np.pi / 7), np.cos(day * 2 * np.pi / 7), (temp - 15) / 10, holiday, ads]
labels = (sales[:, None] - sales.mean()) / sales.std()

# --- network ---
arch = [
    {"in": 5, "out": 12, "act": "relu"},
    {"in": 12, "out": 8, "act": "relu"},
    {"in": 8, "out": 1, "act": "none"},
]


def init(arch):
    params = {}
    for idx, layer in enumerate(arch, 1):
        params[f"W{idx}"] = rng.randn(layer["in"], layer["out"]) * np.sqrt(2 / layer["in"])
        params[f"b{idx}"] = np.zeros((1, layer["out"]))
    return params


def forward(params, X):
    memory = {"A0": X}
    A = X
    for idx, layer in enumerate(arch, 1):
        Z = A @ params[f"W{idx}"] + params[f"b{idx}"]
        A = np.maximum(Z, 0) if layer["act"] == "relu" else Z
        memory[f"Z{idx}"], memory[f"A{idx}"] = Z, A
    return A, memory


def backward(params, memory, y_hat, y):
    grads = {}
    dA = (y_hat - y) / y.shape[0]
    for idx in range(len(arch), 0, -1):
        dZ = dA * (memory[f"Z{idx}"] > 0) if arch[idx - 1]["act"] == "relu" else dA
        grads[f"dW{idx}"] = memory[f"A{idx - 1}"].T @ dZ
        grads[f"db{idx}"] = dZ.sum(axis=0, keepdims=True)
        dA = dZ @ params[f"W{idx}"].T
    return grads


def update(params, grads, lr):
    n_layers = len(params) // 2
    for idx in range(1, n_layers):
        params[f"W{idx}"] -= lr * grads[f"dW{idx}"]
        params[f"b{idx}"] -= lr * grads[f"db{idx}"]
    return params


params = init(arch)
log = []
for epoch in range(500):
    y_hat, memory = forward(params, features)
    loss = np.sum((y_hat - labels) ** 2) / (2 * M)
    grads = backward(params, memory, y_hat, labels)
    params = update(params, grads, lr=0.05)
    log.append(loss)

print("loss every 50 epochs:", np.round(log[::50], 4))
print("R2:", 1 - 2 * log[-1])
