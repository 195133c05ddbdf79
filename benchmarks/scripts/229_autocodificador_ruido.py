#!/usr/bin/env python3
# Autocodificador que tira o ruído de mostradores de sete segmentos (mais o ponto), 2 dígitos = 16 bits.
# Em float32, como no microcontrolador.
import numpy as np

F = np.float32

SEGMENTOS = {
    0: "1111110", 1: "0110000", 2: "1101101", 3: "1111001", 4: "0110011",
    5: "1011011", 6: "1011111", 7: "1110000", 8: "1111111", 9: "1111011",
}


def mostrador(rng, n):
    linhas = []
    for _ in range(n):
        bits = ""
        for d in rng.integers(0, 10, 2):
            bits += SEGMENTOS[int(d)] + str(int(rng.random() < 0.2))
        linhas.append([float(c) for c in bits])
    return np.array(linhas, dtype=F)


def estraga(rng, limpo, p=0.1):
    troca = rng.random(limpo.shape) < p
    return np.where(troca, 1 - limpo, limpo).astype(F)


def sig(v):
    return 1 / (1 + np.exp(-v))


class Autocodificador:
    NOMES = ("We", "be", "Wd", "bd")

    def __init__(self, rng, visiveis, ocultos):
        lim = np.sqrt(6 / (visiveis + ocultos))
        self.We = rng.uniform(-lim, lim, (visiveis, ocultos)).astype(F)
        self.be = np.zeros(ocultos, dtype=F)
        self.Wd = rng.uniform(-lim, lim, (ocultos, visiveis)).astype(F)
        self.bd = np.zeros(visiveis, dtype=F)
        self.media_quadrados = {n: np.zeros_like(getattr(self, n)) for n in self.NOMES}

    def codifica(self, x):
        return sig(x @ self.We + self.be)

    def decodifica(self, c):
        return sig(c @ self.Wd + self.bd)

    def custo(self, x_ruim, x_limpo):
        r = np.clip(self.decodifica(self.codifica(x_ruim)), 1e-6, 1 - 1e-6)
        return -(x_limpo * np.log(r) + (1 - x_limpo) * np.log(1 - r)).sum(axis=1).mean()

    def gradientes(self, x_ruim, x_limpo):
        c = self.codifica(x_ruim)
        r = self.decodifica(c)
        erro = (r - x_limpo) / F(len(x_ruim))
        g = {}
        g["Wd"] = c.T @ erro
        g["bd"] = erro.sum(axis=0)
        erro_c = erro @ self.Wd.T * c * (1 - c)
        g["We"] = x_ruim.T @ erro_c
        g["be"] = erro_c.sum(axis=0)
        return g

    def passo(self, g, taxa=F(0.01), rho=F(0.9)):
        for n in self.NOMES:
            mq = self.media_quadrados[n]
            mq *= rho
            mq += (1 - rho) * g[n] ** 2
            w = getattr(self, n)
            w -= taxa * g[n] / (np.sqrt(mq) + F(1e-6))


def principal():
    rng = np.random.default_rng(16)
    limpo = mostrador(rng, 320)
    teste = mostrador(rng, 80)
    teste_ruim = estraga(rng, teste)
    rede = Autocodificador(rng, 16, 12)
    for ep in range(60):
        ruim = estraga(rng, limpo)            # ruído novo em cada época
        ordem = rng.permutation(len(limpo))
        for i in range(0, len(ordem), 32):
            s = ordem[i:i + 32]
            rede.passo(rede.gradientes(ruim[s], limpo[s]))
        if ep % 10 == 9:
            bits = (rede.decodifica(rede.codifica(teste_ruim)) > 0.5) == (teste > 0.5)
            print(f"época {ep + 1}: custo {rede.custo(ruim, limpo):.3f}, bits certos {bits.mean():.1%}"
                  f" (com ruído: {((teste_ruim > 0.5) == (teste > 0.5)).mean():.1%})")


if __name__ == "__main__":
    principal()
