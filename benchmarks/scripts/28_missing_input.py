import numpy as np

# logistic regression + one hidden layer, for my class
def sig(t): return 1.0/(1.0+np.exp(-t))

data = np.random.RandomState(4).rand(22, 3)
want = (data.sum(axis=1) > 1.5).astype(float).reshape(-1, 1)
wih = np.random.RandomState(5).randn(3, 4)
who = np.random.RandomState(6).randn(4, 1)
step = 0.7
n = data.shape[0]

for round_ in range(60):
    hid = sig(data.dot(wih))
    out = sig(hid.dot(who))
    miss = out - want
    print(round_, -(want*np.log(out) + (1-want)*np.log(1-out)).mean()) if round_ % 20 == 0 else None
    g_who = hid.T.dot(miss) / n
    back = miss.dot(who.T) * hid * (1-hid)
    g_wih = np.tile(back.mean(axis=0), (3, 1))
    who -= step*g_who
    wih -= step*g_wih
