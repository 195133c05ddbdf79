"""Projektarbete: vinterfåglar vid fågelbordet, tre arter ur fem mått.

ELU, dropout, RMSprop och tidig stoppning - utan ramverk.
"""
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Lager:
    w: np.ndarray
    b: np.ndarray
    cache_w: np.ndarray = field(init=False)
    cache_b: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.cache_w = np.zeros_like(self.w)
        self.cache_b = np.zeros_like(self.b)


def skapa(rng: np.random.Generator, storlekar: list[int]) -> list[Lager]:
    return [
        Lager(rng.normal(0, np.sqrt(1.5 / n), (n, m)), np.zeros(m))
        for n, m in zip(storlekar[:-1], storlekar[1:])
    ]


def elu(z: np.ndarray) -> np.ndarray:
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


def d_elu(z: np.ndarray) -> np.ndarray:
    return np.where(z > 0, 1.0, np.exp(np.minimum(z, 0)))


def softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def framat(nat: list[Lager], x: np.ndarray, rng=None, behall: float = 1.0):
    minne = []
    for lager in nat[:-1]:
        z = x @ lager.w + lager.b
        mask = np.ones_like(z) if rng is None else (rng.random(z.shape) < behall) / behall
        minne.append((x, z, mask))
        x = elu(z) * mask
    minne.append((x, None, None))
    return softmax(x @ nat[-1].w + nat[-1].b), minne


def forlust(p: np.ndarray, y: np.ndarray) -> float:
    return float(-np.log(p[np.arange(len(y)), y] + 1e-12).mean())


def bakat(nat: list[Lager], minne, p: np.ndarray, y: np.ndarray):
    d = p.copy()
    d[np.arange(len(y)), y] -= 1.0
    d /= len(y)
    gradienter = []
    for i in range(len(nat) - 1, -1, -1):
        gradienter.append((minne[i][0].T @ d, d.sum(axis=0)))
        if i:
            _, z, mask = minne[i - 1]
            d = (d @ nat[i].w.T) * mask * d_elu(z)
    return gradienter[::-1]


def rmsprop(nat: list[Lager], gradienter, lr: float = 0.005, rho: float = 0.9) -> None:
    for lager, (gw, gb) in zip(nat, gradienter):
        lager.cache_w = rho * lager.cache_w + (1 - rho) * gw**2
        lager.cache_b = rho * lager.cache_b + (1 - rho) * gb**2
        lager.w -= lr * gw / (np.sqrt(lager.cache_w) + 1e-7)
        lager.b -= lr * gb / (np.sqrt(lager.cache_b) + 1e-7)


def main() -> None:
    rng = np.random.default_rng(2023)
    mitt = rng.normal(0, 1.6, (3, 5))
    y = rng.integers(0, 3, 240)
    x = mitt[y] + rng.normal(0, 1.0, (240, 5))
    x_tr, y_tr, x_val, y_val = x[:160], y[:160], x[160:], y[160:]

    nat = skapa(rng, [5, 24, 12, 3])
    bast, talamod = np.inf, 0
    for epok in range(200):
        for start in range(0, len(x_tr), 32):
            xb, yb = x_tr[start:start + 32], y_tr[start:start + 32]
            p, minne = framat(nat, xb, rng, behall=0.8)
            rmsprop(nat, bakat(nat, minne, p, yb))
        val = forlust(framat(nat, x_val)[0], y_val)
        if epok % 5 == 0:
            print(f"epok {epok:3d}  träning {forlust(framat(nat, x_tr)[0], y_tr):.4f}  validering {val:.4f}")
        bast, talamod = (val, 0) if val < bast - 1e-4 else (bast, talamod + 1)
        if talamod >= 15:
            print("stoppar tidigt efter epok", epok)
            break


if __name__ == "__main__":
    main()
