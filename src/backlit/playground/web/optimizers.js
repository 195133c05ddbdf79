/**
 * Steps from gradients, as in `equations/optimizers.py`: what is returned is added to the parameter.
 *
 * @typedef {{velocity?: Float64Array, mean?: Float64Array, square?: Float64Array, t?: number}} Memory
 * @typedef {Record<string, number>} Settings learning_rate, momentum, beta_1, beta_2, epsilon
 * @typedef {(g: Float64Array, memory: Memory, settings: Settings) => [Float64Array, Memory]} Optimizer
 */

/** beta old + amount new. @param {Float64Array | undefined} old @param {number} beta
 * @param {Float64Array} g @param {(g: number) => number} amount */
function running(old, beta, g, amount) {
  return g.map((x, i) => beta * (old ? old[i] : 0) + amount(x));
}

/** @type {Record<string, Optimizer>} */
export const OPTIMIZERS = {
  sgd: (g, memory, { learning_rate }) => [g.map((x) => -learning_rate * x), memory],

  momentum: (g, memory, { learning_rate, momentum }) => {
    const velocity = running(memory.velocity, momentum, g, (x) => -learning_rate * x);
    return [velocity, { velocity }];
  },

  nesterov: (g, memory, { learning_rate, momentum }) => {
    const velocity = running(memory.velocity, momentum, g, (x) => -learning_rate * x);
    return [velocity.map((v, i) => momentum * v - learning_rate * g[i]), { velocity }];
  },

  rmsprop: (g, memory, { learning_rate, beta_2, epsilon }) => {
    const square = running(memory.square, beta_2, g, (x) => (1 - beta_2) * x * x);
    return [g.map((x, i) => (-learning_rate * x) / (Math.sqrt(square[i]) + epsilon)), { square }];
  },

  adam: (g, memory, { learning_rate, beta_1, beta_2, epsilon }) => {
    const t = (memory.t ?? 0) + 1;
    const mean = running(memory.mean, beta_1, g, (x) => (1 - beta_1) * x);
    const square = running(memory.square, beta_2, g, (x) => (1 - beta_2) * x * x);
    const rate = (learning_rate * Math.sqrt(1 - beta_2 ** t)) / (1 - beta_1 ** t);
    return [g.map((_, i) => (-rate * mean[i]) / (Math.sqrt(square[i]) + epsilon)), { t, mean, square }];
  },
};
OPTIMIZERS.adamw = OPTIMIZERS.adam;

/** Decoupled decay, for weights. @param {Float64Array} weights @param {number} rate @param {number} decay */
export function weightDecayStep(weights, rate, decay) {
  return weights.map((w) => -(rate * decay) * w);
}
