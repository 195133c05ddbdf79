import math, random
random.seed(8)

class Neuron:
    def __init__(self, aantal):
        self.gewichten = [random.uniform(-1, 1) for _ in range(aantal)]
        self.drempel = random.uniform(-1, 1)

    def vuur(self, invoer):
        self.invoer = invoer
        som = self.drempel
        for g, x in zip(self.gewichten, invoer):
            som += g * x
        self.uitvoer = 1 / (1 + math.exp(-som))
        return self.uitvoer

class Laag:
    def __init__(self, neuronen, aantal):
        self.neuronen = [Neuron(aantal) for _ in range(neuronen)]

    def vuur(self, invoer):
        return [n.vuur(invoer) for n in self.neuronen]

class Netwerk:
    def __init__(self):
        self.verborgen = Laag(3, 2)
        self.uit = Laag(1, 3)

    def leer(self, invoer, doel, snelheid):
        tussen = self.verborgen.vuur(invoer)
        antwoord = self.uit.vuur(tussen)
        for n, d in zip(self.uit.neuronen, doel):
            n.delta = (n.uitvoer - d) * n.uitvoer * (1 - n.uitvoer)
        for j, n in enumerate(self.verborgen.neuronen):
            terug = sum(u.gewichten[j] * u.delta for u in self.uit.neuronen)
            n.delta = terug * n.uitvoer * (1 - n.uitvoer)
        for laag in (self.verborgen, self.uit):
            for n in laag.neuronen:
                for i in range(len(n.gewichten)):
                    n.gewichten[i] -= snelheid * n.delta * n.invoer[i]
                n.drempel -= snelheid * n.delta
        return sum((a - d) ** 2 for a, d in zip(antwoord, doel)) / 2

net = Netwerk()
voorbeelden = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]
for ronde in range(100):
    fout = sum(net.leer(invoer, doel, 0.5) for invoer, doel in voorbeelden)
    if ronde % 25 == 0:
        print(ronde, fout)
