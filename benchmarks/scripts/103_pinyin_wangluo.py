# -*- coding: utf-8 -*-
import numpy as np


class ShenjingWangluo(object):
    def __init__(self, shuru_n, yincang_n, shuchu_n, xuexilv=0.5):
        self.w_si = np.random.normal(0, 0.7, (shuru_n, yincang_n))
        self.w_so = np.random.normal(0, 0.7, (yincang_n, shuchu_n))
        self.b_i = np.zeros((1, yincang_n))
        self.b_o = np.zeros((1, shuchu_n))
        self.xuexilv = xuexilv

    def jihuo(self, z):
        return 1.0 / (1.0 + np.exp(-z))

    def qianxiang(self, shuru):
        self.yincang = self.jihuo(np.dot(shuru, self.w_si) + self.b_i)
        self.shuchu = self.jihuo(np.dot(self.yincang, self.w_so) + self.b_o)
        return self.shuchu

    def fanxiang(self, shuru, mubiao):
        n = shuru.shape[0]
        wucha = self.shuchu - mubiao
        delta_o = wucha * self.shuchu * (1 - self.shuchu)
        self.w_so -= self.xuexilv * np.dot(self.yincang.T, delta_o) / n
        self.b_o -= self.xuexilv * np.mean(delta_o, axis=0, keepdims=True)
        delta_i = np.dot(delta_o, self.w_so.T) * self.yincang * (1 - self.yincang)
        self.w_si -= self.xuexilv * np.dot(shuru.T, delta_i) / n
        self.b_i -= self.xuexilv * np.mean(delta_i, axis=0, keepdims=True)
        return 0.5 * np.sum(wucha ** 2) / n


if __name__ == '__main__':
    np.random.seed(103)
    shuju = np.random.rand(36, 3)
    biaoqian = np.c_[shuju[:, 0] > shuju[:, 1], shuju[:, 2] > 0.5].astype(float)
    wang = ShenjingWangluo(3, 5, 2, xuexilv=2.0)
    sunshi = []
    for i in range(200):
        wang.qianxiang(shuju)
        sunshi.append(wang.fanxiang(shuju, biaoqian))
    print('zuihou sunshi:', sunshi[-1])
    yuce = (wang.qianxiang(shuju) > 0.5)
    print('zhengquelv:', np.mean(yuce == biaoqian))
