import math, random
random.seed(11)

class NeuralNet:
    def __init__(self, ni, nh, no):
        self.ni, self.nh, self.no = ni + 1, nh, no  # +1 for bias
        self.ai = [1.0] * self.ni
        self.ah = [1.0] * self.nh
        self.ao = [1.0] * self.no
        self.wi = [[random.uniform(-0.5, 0.5) for _ in range(self.nh)] for _ in range(self.ni)]
        self.wo = [[random.uniform(-2.0, 2.0) for _ in range(self.no)] for _ in range(self.nh)]

    def update(self, inputs):
        for i in range(self.ni - 1):
            self.ai[i] = inputs[i]
        for j in range(self.nh):
            total = 0.0
            for i in range(self.ni):
                total = total + self.ai[i] * self.wi[i][j]
            self.ah[j] = math.tanh(total)
        for k in range(self.no):
            total = 0.0
            for j in range(self.nh):
                total = total + self.ah[j] * self.wo[j][k]
            self.ao[k] = math.tanh(total)
        return self.ao[:]

    def back_propagate(self, targets, N):
        output_deltas = [0.0] * self.no
        for k in range(self.no):
            error = targets[k] - self.ao[k]
            output_deltas[k] = (1 - self.ao[k] ** 2) * error
        hidden_deltas = [0.0] * self.nh
        for j in range(self.nh):
            error = 0.0
            for k in range(self.no):
                error = error + output_deltas[k] * self.wo[j][k]
            hidden_deltas[j] = self.ah[j] * (1 - self.ah[j]) * error
        for j in range(self.nh):
            for k in range(self.no):
                self.wo[j][k] = self.wo[j][k] + N * output_deltas[k] * self.ah[j]
        for i in range(self.ni):
            for j in range(self.nh):
                self.wi[i][j] = self.wi[i][j] + N * hidden_deltas[j] * self.ai[i]
        error = 0.0
        for k in range(len(targets)):
            error = error + 0.5 * (targets[k] - self.ao[k]) ** 2
        return error

pat = [[[0, 0], [0]], [[0, 1], [1]], [[1, 0], [1]], [[1, 1], [0]]]
n = NeuralNet(2, 3, 1)
for i in range(100):
    error = 0.0
    for p in pat:
        n.update(p[0])
        error = error + n.back_propagate(p[1], 0.5)
    if i % 25 == 0:
        print('error %-.5f' % error)
