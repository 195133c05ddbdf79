import numpy as np

# A little net with THREE synapse matrices. Follow-up to my last post, where we had two
# and somebody in the comments asked how to go one deeper. Here you go!

def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)      # x is already an output of the sigmoid
    return 1 / (1 + np.exp(-x))

# is the number of lit lamps odd?
X = np.array([[0,0,0],
              [0,0,1],
              [0,1,0],
              [0,1,1],
              [1,0,0],
              [1,0,1],
              [1,1,0],
              [1,1,1]])
X = np.hstack([X, np.ones((8, 1))])     # the last column plays the bias
y = (X[:, :3].sum(axis=1, keepdims=True) % 2)

np.random.seed(7)
syn0 = 2 * np.random.random((4, 10)) - 1
syn1 = 2 * np.random.random((10, 6)) - 1
syn2 = 2 * np.random.random((6, 1)) - 1

for i in range(20000):
    l0 = X
    l1 = nonlin(l0.dot(syn0))
    l2 = nonlin(l1.dot(syn1))
    l3 = nonlin(l2.dot(syn2))

    l3_error = y - l3
    l3_delta = l3_error * nonlin(l3, deriv=True)

    # who is to blame?
    l2_error = l3_delta.dot(syn2.T)
    l2_delta = l2_error * nonlin(l2, deriv=True)

    l1_error = l2_error.dot(syn1.T)
    l1_delta = l1_error * nonlin(l1, deriv=True)

    if i % 4000 == 0:
        print("Error after", i, "rounds:", np.mean(np.abs(l3_error)))

    syn2 += l2.T.dot(l3_delta)
    syn1 += l1.T.dot(l2_delta)
    syn0 += l0.T.dot(l1_delta)

print("After training:")
print(l3.round(3))
