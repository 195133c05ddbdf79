/** Weights drawn at random: how large, the initializers' table says; the numbers are the page's own. */
import { counted } from "./numbers.js";
import { run } from "./program.js";
import { randomFrom } from "./training.js";

/**
 * @typedef {import("./sweeps.js").Layer} Layer
 * @typedef {import("./sweeps.js").Net} Net
 */

/** Values of mean 0 and variance 1. @type {Record<string, (random: () => number) => number>} */
const DISTRIBUTIONS = {
  normal: (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  uniform: (random) => Math.sqrt(3) * (2 * random() - 1),
};

/** A layer with new weights, and biases of 0 where it has them. @param {any} tables @param {Layer} layer
 * @param {string} initializer a name, or "" for the usual one under its activation @param {() => number} random
 * @returns {Layer} */
function drawnLayer(tables, layer, initializer, random) {
  const { nIn, nOut, activation, biases } = layer;
  const row = tables.initializers[initializer || tables.activations[activation].initializer];
  const [variance] = run(row.variance, [Float64Array.of(nIn), Float64Array.of(nOut)], 1, 1);
  const value = DISTRIBUTIONS[row.distribution];
  const weights = Float64Array.from(counted(nIn * nOut, () => Math.sqrt(variance) * value(random)));
  return { ...layer, weights, biases: biases && new Float64Array(nOut) };
}

/** @param {any} tables @param {Net} net @param {string} initializer @param {number} seed @returns {Net} */
export function drawnNet(tables, net, initializer, seed) {
  const random = randomFrom(seed);
  return { ...net, layers: net.layers.map((layer) => drawnLayer(tables, layer, initializer, random)) };
}
