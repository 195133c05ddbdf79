import math


class Net:
    """plain python, no numpy"""

    def __init__(self):
        self.wih = [[0.5, -0.6], [0.1, -0.2], [0.1, 0.7]]
        self.who = [0.1, -0.3]

    def forward(self, x):
        self.x = x
        self.hin = [sum(x[i] * self.wih[i][j] for i in range(3)) for j in range(2)]
        self.h = [1 / (1 + math.exp(-z)) for z in self.hin]
        self.o = 1 / (1 + math.exp(-sum(a * b for a, b in zip(self.h, self.who))))
        return self.o

    def backward(self, t, lr):
        e = t - self.o
        d = e * self.o * (1 - self.o)
        dh = [d * self.who[j] * self.h[j] * (1 - self.h[j]) for j in range(2)]
        return e, d, dh, [[lr * d * hj] for hj in self.h], [[lr * dh[j] * xi for j in range(2)] for xi in self.x]


net = Net()
net.forward([0.5, 0.1, -0.2])
error, output_error_term, hidden_error_term, delta_w_h_o, delta_w_i_h = net.backward(0.6, 0.5)

print('Change in weights for hidden layer to output layer:')
print(delta_w_h_o)
print('Change in weights for input layer to hidden layer:')
print(delta_w_i_h)
