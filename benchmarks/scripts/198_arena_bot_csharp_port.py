# Bot brain for my arena shooter. Ported from the C# version (BotBrain.cs), no numpy on the game server.
# in : enemy distance, own health, enemy health, ammo      (all 0..1)
# out: attack, retreat                                     (both may be on a bit)
import math
import random

random.seed(77)

NUM_IN, NUM_HID, NUM_OUT = 4, 7, 2
LEARN_RATE = 0.35


def Sigmoid(v):
    if v < -45.0:
        return 0.0
    if v > 45.0:
        return 1.0
    return 1.0 / (1.0 + math.exp(-v))


class BotBrain:
    def __init__(self):
        self.ihWeights = [[random.uniform(-0.6, 0.6) for j in range(NUM_HID)] for i in range(NUM_IN)]
        self.hBiases = [random.uniform(-0.6, 0.6) for j in range(NUM_HID)]
        self.hoWeights = [[random.uniform(-0.6, 0.6) for k in range(NUM_OUT)] for j in range(NUM_HID)]
        self.oBiases = [0.0] * NUM_OUT
        self.hOutputs = [0.0] * NUM_HID
        self.outputs = [0.0] * NUM_OUT

    def ComputeOutputs(self, senses):
        for j in range(NUM_HID):
            total = self.hBiases[j]
            for i in range(NUM_IN):
                total += senses[i] * self.ihWeights[i][j]
            self.hOutputs[j] = Sigmoid(total)
        for k in range(NUM_OUT):
            total = self.oBiases[k]
            for j in range(NUM_HID):
                total += self.hOutputs[j] * self.hoWeights[j][k]
            self.outputs[k] = Sigmoid(total)
        return self.outputs

    def Learn(self, senses, wanted):
        out = self.ComputeOutputs(senses)

        # output signals
        oSignals = [0.0] * NUM_OUT
        for k in range(NUM_OUT):
            oSignals[k] = (wanted[k] - out[k]) * out[k] * (1.0 - out[k])

        # hidden -> output weights and biases
        for k in range(NUM_OUT):
            for j in range(NUM_HID):
                self.hoWeights[j][k] += LEARN_RATE * oSignals[k] * self.hOutputs[j]
            self.oBiases[k] += LEARN_RATE * oSignals[k]

        # hidden signals
        hSignals = [0.0] * NUM_HID
        for j in range(NUM_HID):
            total = 0.0
            for k in range(NUM_OUT):
                total += oSignals[k] * self.hoWeights[j][k]
            hSignals[j] = total * self.hOutputs[j] * (1.0 - self.hOutputs[j])

        # input -> hidden weights and biases
        for j in range(NUM_HID):
            for i in range(NUM_IN):
                self.ihWeights[i][j] += LEARN_RATE * hSignals[j] * senses[i]
            self.hBiases[j] += LEARN_RATE * hSignals[j]

        return sum(0.5 * (wanted[k] - out[k]) ** 2 for k in range(NUM_OUT))


def DesignerRule(s):
    brave = 0.5 * s[1] + 0.4 * s[3] - 0.6 * s[2] + 0.1
    return [0.9 if brave > 0.15 else 0.1, 0.9 if brave < 0.0 and s[0] < 0.7 else 0.1]


moments = [[random.random() for _ in range(NUM_IN)] for _ in range(40)]
lessons = [(s, DesignerRule(s)) for s in moments]

brain = BotBrain()
for round_no in range(120):
    random.shuffle(lessons)
    err = 0.0
    for s, w in lessons:
        err += brain.Learn(s, w)
    if round_no % 20 == 0 or round_no == 119:
        print("round", round_no, "error", round(err / len(lessons), 5))

good = 0
for s, w in lessons:
    o = brain.ComputeOutputs(s)
    if all((o[k] > 0.5) == (w[k] > 0.5) for k in range(NUM_OUT)):
        good += 1
print("decisions as designed:", good, "of", len(lessons))
