import math, random

random.seed(119)
NI, NH, NO = 3, 4, 2
LR = 0.3

wih = [[random.uniform(-1, 1) for j in range(NH)] for i in range(NI)]
bh = [0.0] * NH
who = [[random.uniform(-1, 1) for k in range(NO)] for j in range(NH)]
bo = [0.0] * NO

def sig(x):
    return 1.0 / (1.0 + math.exp(-x))

def feed(x):
    h = [sig(sum(x[i] * wih[i][j] for i in range(NI)) + bh[j]) for j in range(NH)]
    o = [sig(sum(h[j] * who[j][k] for j in range(NH)) + bo[k]) for k in range(NO)]
    return h, o

def train(x, t):
    h, o = feed(x)
    dout = [0.0] * NO
    for k in range(NO):
        dout[k] = (t[k] - o[k]) * o[k] * (1 - o[k])
    dhid = [0.0] * NH
    for j in range(NH):
        error = 0.0
        for k in range(NO):
            error = dout[k] * who[j][k]
        dhid[j] = error * h[j] * (1 - h[j])
    for j in range(NH):
        for k in range(NO):
            who[j][k] += LR * dout[k] * h[j]
    for k in range(NO):
        bo[k] += LR * dout[k]
    for i in range(NI):
        for j in range(NH):
            wih[i][j] += LR * dhid[j] * x[i]
    for j in range(NH):
        bh[j] += LR * dhid[j]
    return sum((t[k] - o[k]) ** 2 for k in range(NO)) / 2

samples = []
for _ in range(20):
    x = [random.random() for _ in range(NI)]
    samples.append((x, [1 if x[0] > x[1] else 0, 1 if x[2] > 0.5 else 0]))
for epoch in range(100):
    err = 0
    for x, t in samples:
        err += train(x, t)
    if epoch % 25 == 0:
        print("epoch", epoch, "error", err)
