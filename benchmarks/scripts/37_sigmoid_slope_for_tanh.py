import numpy as np
from sys import stdout

class Perceptron2:
    """Two layers, tanh inside. Written for the robotics club."""
    def __init__(self):
        r = np.random.RandomState(123)
        self.w = r.randn(4, 6) * 0.4
        self.c = np.zeros(6)
        self.u = r.randn(6, 2) * 0.4
        self.d = np.zeros(2)

    def run(self, batch):
        self.batch = batch
        self.pre = batch @ self.w + self.c
        self.act = np.tanh(self.pre)
        self.res = self.act @ self.u + self.d
        return self.res

    def learn(self, goal, speed):
        k = len(goal)
        err = (self.res - goal) / k
        grad_u = self.act.T @ err
        grad_d = err.sum(axis=0)
        hid = err @ self.u.T * self.act * (1 - self.act)
        grad_w = self.batch.T @ hid
        grad_c = hid.sum(axis=0)
        self.u -= speed * grad_u
        self.d -= speed * grad_d
        self.w -= speed * grad_w
        self.c -= speed * grad_c
        return 0.5 * np.sum((self.res - goal) ** 2) / k

sensor = np.random.RandomState(7).uniform(-1, 1, (24, 4))
motor = sensor[:, :2] * sensor[:, 2:]
p = Perceptron2()
for i in range(80):
    p.run(sensor)
    q = p.learn(motor, 0.1)
    if i % 20 == 0:
        stdout.write("%d %.5f\n" % (i, q))
