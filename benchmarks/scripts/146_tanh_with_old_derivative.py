# I switched the hidden layers from sigmoid to tanh, since everybody says it trains faster.
# Now it is slower than before ...
import numpy as np
from numpy import dot, exp, sqrt, tanh


def act(z):
    return tanh(z)


def act_prime(a):
    # derivative written with the output of the layer
    return a * (1 - a)


def out_act(z):
    return 1 / (1 + exp(-z))


def initialise(layout):
    net = {}
    for i in range(1, len(layout)):
        net["w%d" % i] = np.random.randn(layout[i - 1], layout[i]) / sqrt(layout[i - 1])
        net["b%d" % i] = np.zeros(layout[i])
    return net


def forward(net, x):
    a = {"a0": x}
    last = len(net) // 2
    for i in range(1, last + 1):
        z = dot(a["a%d" % (i - 1)], net["w%d" % i]) + net["b%d" % i]
        a["a%d" % i] = out_act(z) if i == last else act(z)
    return a


def backward(net, a, y):
    last = len(net) // 2
    grads = {}
    # mean cross entropy
    d = (a["a%d" % last] - y) / y.shape[0]
    for i in range(last, 0, -1):
        grads["w%d" % i] = dot(a["a%d" % (i - 1)].T, d)
        grads["b%d" % i] = d.sum(axis=0)
        if i > 1:
            d = dot(d, net["w%d" % i].T) * act_prime(a["a%d" % (i - 1)])
    return grads


def cross_entropy(p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()


np.random.seed(10)
x = np.random.randn(160, 2)
y = (x[:, 0] > np.sin(2 * x[:, 1])).astype(float).reshape(-1, 1)
net = initialise([2, 10, 6, 1])
learn_rate = 0.5

for epoch in range(1000):
    a = forward(net, x)
    grads = backward(net, a, y)
    for key in net:
        net[key] -= learn_rate * grads[key]
    if epoch % 200 == 0:
        print(epoch, cross_entropy(a["a3"], y))

print("accuracy", ((forward(net, x)["a3"] > 0.5) == y).mean())
