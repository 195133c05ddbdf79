#!/usr/bin/env python3
"""No numpy challenge: learn sin(x) with softplus neurons and plain SGD."""
from dataclasses import dataclass, field
from math import exp, log, pi, sin
from random import Random

dice = Random(8)


@dataclass
class Neuron:
    weights: list
    bias: float = 0.0
    z: float = 0.0
    out: float = 0.0
    delta: float = 0.0

    def weighted(self, inputs):
        self.z = sum(w * x for w, x in zip(self.weights, inputs)) + self.bias
        return self.z

    def learn(self, inputs, rate):
        self.weights = [w - rate * self.delta * x for w, x in zip(self.weights, inputs)]
        self.bias -= rate * self.delta


@dataclass
class Network:
    hidden: list = field(default_factory=list)
    output: Neuron = None

    @classmethod
    def of_size(cls, n_in, n_hidden):
        make = lambda n: Neuron([dice.gauss(0, 1.0) for _ in range(n)], dice.gauss(0, 1.0))
        return cls([make(n_in) for _ in range(n_hidden)], make(n_hidden))

    def predict(self, x):
        for neuron in self.hidden:
            neuron.out = log(1.0 + exp(neuron.weighted(x)))
        self.output.out = self.output.weighted([n.out for n in self.hidden])
        return self.output.out

    def train_on(self, x, target, rate):
        guess = self.predict(x)
        self.output.delta = guess - target
        for w, neuron in zip(self.output.weights, self.hidden):
            # d softplus(z) / dz is the logistic function
            neuron.delta = self.output.delta * w / (1.0 + exp(-neuron.z))
        self.output.learn([n.out for n in self.hidden], rate)
        for neuron in self.hidden:
            neuron.learn(x, rate)
        return 0.5 * (guess - target) ** 2


samples = [([x], sin(x)) for x in (-pi + 2 * pi * i / 29 for i in range(30))]
net = Network.of_size(1, 8)

for epoch in range(600):
    dice.shuffle(samples)
    total = sum(net.train_on(x, t, rate=0.02) for x, t in samples)
    if epoch % 100 == 0:
        print(f"{epoch:4d} {total / len(samples):.6f}")

for x in (-2.0, -1.0, 0.0, 1.0, 2.0):
    print(f"sin({x:+.1f}) = {sin(x):+.3f}, net says {net.predict([x]):+.3f}")
