import numpy as np
rs = np.random.RandomState(8)
X = rs.rand(40, 6)
enc = rs.randn(6, 3) * 0.3
enc_bias = np.zeros(3)
dec = rs.randn(3, 6) * 0.3
dec_bias = np.zeros(6)
sig = lambda a: 1 / (1 + np.exp(-a))
lr = 0.5
for i in range(150):
    code = sig(X @ enc + enc_bias)
    rec = sig(code @ dec + dec_bias)
    diff = rec - X
    loss = (diff ** 2).sum() / (2 * len(X))
    d_rec = diff * rec * (1 - rec)
    d_dec = code.T @ d_rec / len(X)
    d_dec_bias = d_rec.mean(axis=0)
    d_code = d_rec @ dec.T * code * (1 - code)
    d_enc = X.T @ d_code / len(X)
    d_enc_bias = d_code.mean(axis=0)
    dec -= lr * d_dec
    dec_bias -= lr * d_dec_bias
    enc -= lr * d_enc
    enc_bias -= lr * d_enc_bias
    if i % 50 == 0: print(loss)
