# TIDENET - line by line from tidenet.f (1993), which nobody can build any more.
# Storage is allocated once and the "subroutines" work in place, as the COMMON blocks did.
# Bold driver for the rate: up by 5 % when the error falls, halved (and the step undone) when it rises.
import numpy as np

NPAT, NIN, NHID = 240, 6, 10

# COMMON /PATT/
XIN = np.empty((NPAT, NIN))
TARG = np.empty((NPAT, 1))
# COMMON /WTS/
WIH = np.empty((NIN, NHID))
BH = np.empty(NHID)
WHO = np.empty((NHID, 1))
BO = np.empty(1)
# COMMON /WORK/
HID = np.empty((NPAT, NHID))
OUT = np.empty((NPAT, 1))
DOUT = np.empty((NPAT, 1))
DHID = np.empty((NPAT, NHID))
GIH = np.empty((NIN, NHID))
GBH = np.empty(NHID)
GHO = np.empty((NHID, 1))
GBO = np.empty(1)


def SETUP(ISEED):
    r = np.random.RandomState(ISEED)
    T = np.linspace(0.0, 29.5 * 24.0, NPAT)
    for K, PERIOD in enumerate((12.42, 12.00, 25.82)):
        XIN[:, 2 * K] = np.cos(2 * np.pi * T / PERIOD)
        XIN[:, 2 * K + 1] = np.sin(2 * np.pi * T / PERIOD)
    H = 1.2 * XIN[:, 0] + 0.4 * XIN[:, 3] + 0.2 * XIN[:, 4]
    TARG[:, 0] = H + 0.25 * H ** 2 - 0.2 + 0.05 * r.randn(NPAT)     # shallow water: crests are sharper
    WIH[:] = 0.3 * r.randn(NIN, NHID)
    BH[:] = 0.1 * r.randn(NHID)
    WHO[:] = 0.3 * r.randn(NHID, 1)
    BO[:] = 0.0


def FWD():
    np.dot(XIN, WIH, out=HID)
    np.add(HID, BH, out=HID)
    np.tanh(HID, out=HID)
    np.dot(HID, WHO, out=OUT)
    np.add(OUT, BO, out=OUT)


def ERROR():
    return 0.5 * np.sum((OUT - TARG) ** 2) / NPAT


def BWD():
    np.subtract(OUT, TARG, out=DOUT)
    np.divide(DOUT, NPAT, out=DOUT)
    np.dot(HID.T, DOUT, out=GHO)
    np.sum(DOUT, axis=0, out=GBO)
    np.dot(DOUT, WHO.T, out=DHID)
    np.multiply(DHID, 1.0 - HID * HID, out=DHID)
    np.dot(XIN.T, DHID, out=GIH)
    np.sum(DHID, axis=0, out=GBH)


def STEP(RATE):
    WIH[:] -= RATE * GIH
    BH[:] -= RATE * GBH
    WHO[:] -= RATE * GHO
    BO[:] -= RATE * GBO


SETUP(1993)
RATE = 0.1
FWD()
ELAST = ERROR()
for ITER in range(1, 601):
    BWD()
    STEP(RATE)
    FWD()
    E = ERROR()
    if E > ELAST:
        STEP(-RATE)
        RATE = 0.5 * RATE
        FWD()
    else:
        RATE = 1.05 * RATE
        ELAST = E
    if ITER % 100 == 0:
        print("ITER%5d   E =%10.6f   RATE =%8.4f" % (ITER, ELAST, RATE))

print("RMS RESIDUAL %.3f M" % np.sqrt(2 * ELAST))
