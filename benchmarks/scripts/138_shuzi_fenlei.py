# -*- coding: utf-8 -*-
"""shen jing wang luo: shi bie jian dan de shu zi (3 lei), softmax + jiao cha shang"""
import numpy as np


def s_hanshu(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    zhishu = np.exp(z - np.max(z, axis=1, keepdims=True))
    return zhishu / np.sum(zhishu, axis=1, keepdims=True)


class WangLuo(object):
    def __init__(self, cengshu):
        self.cengshu = cengshu
        self.quanzhong = []
        self.pianzhi = []
        for i in range(len(cengshu) - 1):
            self.quanzhong.append(np.random.randn(cengshu[i], cengshu[i + 1]) * 0.4)
            self.pianzhi.append(np.zeros((1, cengshu[i + 1])))

    def qianxiang(self, x):
        self.a = [x]
        for w, b in zip(self.quanzhong, self.pianzhi):
            x = s_hanshu(np.dot(x, w) + b)
            self.a.append(x)
        self.gailv = softmax(x)
        return self.gailv

    def fanxiang(self, y):
        n = y.shape[0]
        delta = (self.gailv - y) / n
        tidu_w, tidu_b = [], []
        for i in reversed(range(len(self.quanzhong))):
            tidu_w.insert(0, np.dot(self.a[i].T, delta))
            tidu_b.insert(0, np.sum(delta, axis=0, keepdims=True))
            if i > 0:
                delta = np.dot(delta, self.quanzhong[i].T) * self.a[i] * (1 - self.a[i])
        return tidu_w, tidu_b

    def xunlian(self, x, y, lunshu, xuexilv):
        for lun in range(lunshu):
            gailv = self.qianxiang(x)
            sunshi = -np.sum(y * np.log(gailv)) / len(x)
            tidu_w, tidu_b = self.fanxiang(y)
            for i in range(len(self.quanzhong)):
                self.quanzhong[i] -= xuexilv * tidu_w[i]
                self.pianzhi[i] -= xuexilv * tidu_b[i]
            if lun % 100 == 0:
                print("di %d lun, sun shi: %.4f" % (lun, sunshi))


np.random.seed(6)
ling = [1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1]
yi = [0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 1]
qi = [1, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0]
muban = np.array([ling, yi, qi], dtype=float)
biaoqian = np.repeat([0, 1, 2], 30)
tupian = muban[biaoqian] + np.random.normal(0, 0.35, (90, 15))
duredian = np.eye(3)[biaoqian]

wl = WangLuo([15, 8, 3])
wl.xunlian(tupian, duredian, 600, 0.5)
yuce = np.argmax(wl.qianxiang(tupian), axis=1)
print("zheng que lv:", np.mean(yuce == biaoqian))
