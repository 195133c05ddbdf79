# NPC steering brain, ported from our Kotlin prototype (Brain.kt) so that designers can
# run it on a laptop without the engine.  No numpy on purpose: the console build has none.
#
# inputs : distance, angle, own health, enemy health, ammo   (all scaled to -1..1)
# outputs: move, turn, shoot                                 (-1..1)
import math
import random

N_IN, N_H1, N_H2, N_OUT = 5, 6, 6, 3


class Brain:
    def __init__(self, seed):
        r = random.Random(seed)

        def table(rows, cols):
            k = 1.0 / math.sqrt(rows)
            return [[r.uniform(-k, k) for _ in range(cols)] for _ in range(rows)]

        self.w1 = table(N_IN, N_H1)
        self.w2 = table(N_H1, N_H2)
        self.w3 = table(N_H2, N_OUT)
        self.b1 = [0.0] * N_H1
        self.b2 = [0.0] * N_H2
        self.b3 = [0.0] * N_OUT
        self.h1 = [0.0] * N_H1
        self.h2 = [0.0] * N_H2
        self.out = [0.0] * N_OUT

    @staticmethod
    def layer(src, w, b, dst):
        for j in range(len(dst)):
            s = b[j]
            for i in range(len(src)):
                s += src[i] * w[i][j]
            dst[j] = math.tanh(s)

    def think(self, senses):
        self.layer(senses, self.w1, self.b1, self.h1)
        self.layer(self.h1, self.w2, self.b2, self.h2)
        self.layer(self.h2, self.w3, self.b3, self.out)
        return self.out

    def learn(self, senses, wanted, rate):
        self.think(senses)

        d_out = [0.0] * N_OUT
        err = 0.0
        for k in range(N_OUT):
            e = wanted[k] - self.out[k]
            err += 0.5 * e * e
            d_out[k] = e * (1.0 - self.out[k] * self.out[k])

        d_h2 = [0.0] * N_H2
        for j in range(N_H2):
            s = 0.0
            for k in range(N_OUT):
                s += self.w3[j][k] * d_out[k]
            d_h2[j] = s * (1.0 - self.h2[j] * self.h2[j])

        d_h1 = [0.0] * N_H1
        for i in range(N_H1):
            s = 0.0
            for j in range(N_H2):
                s += self.w2[i][j] * d_h2[j]
            d_h1[i] = s * (1.0 - self.h1[i] * self.h1[i])

        for j in range(N_H2):
            for k in range(N_OUT):
                self.w3[j][k] += rate * self.h1[j] * d_out[k]
        for i in range(N_H1):
            for j in range(N_H2):
                self.w2[i][j] += rate * self.h1[i] * d_h2[j]
        for i in range(N_IN):
            for j in range(N_H1):
                self.w1[i][j] += rate * senses[i] * d_h1[j]
        for k in range(N_OUT):
            self.b3[k] += rate * d_out[k]
        for j in range(N_H2):
            self.b2[j] += rate * d_h2[j]
        for i in range(N_H1):
            self.b1[i] += rate * d_h1[i]
        return err


def designer_rule(s):
    """what the designers scripted by hand; the brain has to imitate it"""
    dist, angle, hp, foe, ammo = s
    brave = hp - foe > -0.3
    move = 0.8 if (brave and dist > -0.5) else (-0.8 if not brave else 0.0)
    turn = max(-0.9, min(0.9, angle * 1.5))
    shoot = 0.9 if (abs(angle) < 0.3 and ammo > -0.8) else -0.9
    return [move, turn, shoot]


def main():
    rnd = random.Random(99)
    log = []
    for _ in range(250):
        s = [rnd.uniform(-1, 1) for _ in range(N_IN)]
        log.append((s, designer_rule(s)))

    brain = Brain(7)
    for era in range(40):
        rnd.shuffle(log)
        total = 0.0
        for senses, wanted in log:
            total += brain.learn(senses, wanted, 0.05)
        if era % 8 == 0 or era == 39:
            print("era %2d   mean error %.4f" % (era, total / len(log)))

    s = [0.4, 0.1, 0.9, -0.2, 0.5]
    print("full health, enemy ahead ->", ["%.2f" % v for v in brain.think(s)], "rule", designer_rule(s))


main()
