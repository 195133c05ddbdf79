# 전력 사용량 예측 (가짜 데이터). 은닉층 softplus, 손실은 log-cosh, Adam + gradient clipping
# 데이터는 열(column) 하나가 샘플 하나!
import numpy as np

rng = np.random.default_rng(77)
m = 160
sigan = rng.uniform(0, 24, m)               # 시간
gion = rng.normal(15, 8, m)                 # 기온
jumal = rng.integers(0, 2, m)               # 주말?
X = np.vstack([np.sin(sigan / 24 * 2 * np.pi), np.cos(sigan / 24 * 2 * np.pi), (gion - 15) / 8, jumal])
Y = (1.0 + 0.8 * X[0] - 0.5 * X[1] + 0.3 * X[2] ** 2 - 0.4 * X[3] + 0.05 * rng.normal(size=m)).reshape(1, m)


def softplus(z):
    return np.logaddexp(0, z)


def softplus_miboon(z):
    return 1 / (1 + np.exp(-z))


def init(sizes):
    P = {}
    for l in range(1, len(sizes)):
        P[f"W{l}"] = rng.normal(0, 1 / np.sqrt(sizes[l - 1]), (sizes[l], sizes[l - 1]))
        P[f"b{l}"] = np.zeros((sizes[l], 1))
    return P


def forward(P, X):
    L = len(P) // 2
    A, Z = [X], []
    for l in range(1, L + 1):
        z = P[f"W{l}"] @ A[-1] + P[f"b{l}"]
        Z.append(z)
        A.append(z if l == L else softplus(z))
    return A, Z


def loss_fn(pred, Y):
    e = pred - Y
    return np.mean(np.log(np.cosh(e)))


def backward(P, A, Z, Y):
    L = len(P) // 2
    m = Y.shape[1]
    G = {}
    dZ = np.tanh(A[-1] - Y)                 # log-cosh의 미분은 tanh
    for l in range(L, 0, -1):
        G[f"W{l}"] = dZ @ A[l - 1].T / m
        G[f"b{l}"] = dZ.sum(axis=1, keepdims=True) / m
        if l > 1:
            dZ = (P[f"W{l}"].T @ dZ) * softplus_miboon(Z[l - 2])
    return G


def clip(G, max_norm):
    norm = np.sqrt(sum((g ** 2).sum() for g in G.values()))
    if norm > max_norm:
        G = {k: g * max_norm / norm for k, g in G.items()}
    return G


P = init([4, 12, 8, 1])
M = {k: np.zeros_like(v) for k, v in P.items()}
V = {k: np.zeros_like(v) for k, v in P.items()}
beta1, beta2, eps = 0.9, 0.999, 1e-8
lr0 = 0.02
for t in range(1, 1201):
    A, Z = forward(P, X)
    if t % 200 == 1:
        print(f"{t:5d}번째  loss = {loss_fn(A[-1], Y):.5f}")
    G = clip(backward(P, A, Z, Y), 1.0)
    lr = lr0 / (1 + 0.002 * t)
    for k in P:
        M[k] = beta1 * M[k] + (1 - beta1) * G[k]
        V[k] = beta2 * V[k] + (1 - beta2) * G[k] ** 2
        m_hat = M[k] / (1 - beta1 ** t)
        v_hat = V[k] / (1 - beta2 ** t)
        P[k] -= lr * m_hat / (np.sqrt(v_hat) + eps)
print("끝. loss =", loss_fn(forward(P, X)[0][-1], Y))
