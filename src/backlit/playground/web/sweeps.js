/**
 * The forward sweep, the backward sweep and the step, as in `network/sweeps.py` and `network/trace.py`. Sums over
 * inputs, units and samples stand here; what an activation or a loss does comes from the tables.
 */
import { run } from "./program.js";

/**
 * @typedef {import("./program.js").Program} Program
 * @typedef {{nIn: number, nOut: number, weights: Float64Array, biases: Float64Array | null, activation: string}} Layer
 *   weights are nIn x nOut, row after row
 * @typedef {{layers: Layer[], loss: string}} Net
 * @typedef {{value: Program, derivative: Program | null, backward: Program | null}} ActivationRow
 * @typedef {{value: Program, gradient: Program}} LossRow
 * @typedef {{activation: string, loss: string, value: Program, gradient: Program}} Pair
 * @typedef {{activations: Record<string, ActivationRow>, losses: Record<string, LossRow>, pairs: Pair[]}} Tables
 * @typedef {{input: Float64Array, z: Float64Array, a: Float64Array}} Forward
 * @typedef {{error: Float64Array | null, slope: Float64Array | null, errorTerm: Float64Array,
 *   weightGradient: Float64Array, biasGradient: Float64Array | null}} Backward
 * @typedef {Forward & Backward & {weightStep: Float64Array, biasStep: Float64Array | null}} LayerTrace
 * @typedef {{layers: LayerTrace[], sampleLosses: Float64Array, loss: number}} Trace
 */

/** z = X W + b. @param {Float64Array} X @param {Layer} layer @param {number} n */
function denseForward(X, { nIn, nOut, weights, biases }, n) {
  const z = new Float64Array(n * nOut);
  for (let s = 0; s < n; s++) {
    for (let i = 0; i < nIn; i++) {
      const x = X[s * nIn + i];
      for (let j = 0; j < nOut; j++) z[s * nOut + j] += x * weights[i * nOut + j];
    }
    if (biases) for (let j = 0; j < nOut; j++) z[s * nOut + j] += biases[j];
  }
  return z;
}

/** dX = dz W'. @param {Float64Array} dz @param {Layer} layer @param {number} n */
function denseInputGradient(dz, { nIn, nOut, weights }, n) {
  const dX = new Float64Array(n * nIn);
  for (let s = 0; s < n; s++) {
    for (let i = 0; i < nIn; i++) {
      let sum = 0;
      for (let j = 0; j < nOut; j++) sum += dz[s * nOut + j] * weights[i * nOut + j];
      dX[s * nIn + i] = sum;
    }
  }
  return dX;
}

/** dW = X' dz / n. @param {Float64Array} X @param {Float64Array} dz @param {Layer} layer @param {number} n */
function denseWeightGradient(X, dz, { nIn, nOut }, n) {
  const dW = new Float64Array(nIn * nOut);
  for (let s = 0; s < n; s++) {
    for (let i = 0; i < nIn; i++) {
      const x = X[s * nIn + i];
      for (let j = 0; j < nOut; j++) dW[i * nOut + j] += x * dz[s * nOut + j];
    }
  }
  return dW.map((sum) => sum / n);
}

/** db: the mean over samples of dz. @param {Float64Array} dz @param {Layer} layer @param {number} n */
function denseBiasGradient(dz, { nOut }, n) {
  const db = new Float64Array(nOut);
  for (let i = 0; i < dz.length; i++) db[i % nOut] += dz[i];
  return db.map((sum) => sum / n);
}

/** @param {Tables} tables @param {Net} net @param {Float64Array} X @param {number} n @returns {Forward[]} */
export function forward(tables, net, X, n) {
  const sweep = [];
  for (const layer of net.layers) {
    const z = denseForward(X, layer, n);
    const a = run(tables.activations[layer.activation].value, [z], n, layer.nOut);
    sweep.push({ input: X, z, a });
    X = a;
  }
  return sweep;
}

/** @param {Tables} tables @param {Net} net @returns {Pair | undefined} */
export function fusedPair(tables, net) {
  const output = net.layers[net.layers.length - 1].activation;
  return tables.pairs.find((pair) => pair.activation === output && pair.loss === net.loss);
}

/** @param {Tables} tables @param {Net} net @param {Forward[]} sweep @param {Float64Array} Y @param {number} n */
export function sampleLosses(tables, net, sweep, Y, n) {
  const pair = fusedPair(tables, net);
  const last = sweep[sweep.length - 1];
  const k = net.layers[net.layers.length - 1].nOut;
  return run(pair ? pair.value : tables.losses[net.loss].value, [pair ? last.z : last.a, Y], n, k);
}

/** @param {Tables} tables @param {Net} net @param {Forward[]} sweep @param {Float64Array} Y @param {number} n
 * @returns {Backward[]} */
export function backward(tables, net, sweep, Y, n) {
  /** @type {Backward[]} */
  const result = [];
  /** @type {Float64Array | null} */
  let da = null;
  for (let l = net.layers.length - 1; l >= 0; l--) {
    const layer = net.layers[l];
    const { input, z, a } = sweep[l];
    const row = tables.activations[layer.activation];
    /** @type {Pair | undefined} */
    const pair = da === null ? fusedPair(tables, net) : undefined;
    if (da === null && !pair) da = run(tables.losses[net.loss].gradient, [a, Y], n, layer.nOut);
    const slope = row.derivative && !pair ? run(row.derivative, [z], n, layer.nOut) : null;
    /** @type {Float64Array} */
    const dz = pair ? run(pair.gradient, [z, Y], n, layer.nOut) : throughActivation(row, z, da, slope, n, layer.nOut);
    result.push({
      error: da && da.map((/** @type {number} */ x) => -x),
      slope,
      errorTerm: dz.map((x) => -x),
      weightGradient: denseWeightGradient(input, dz, layer, n),
      biasGradient: layer.biases && denseBiasGradient(dz, layer, n),
    });
    da = l > 0 ? denseInputGradient(dz, layer, n) : null;
  }
  return result.reverse();
}

/** @param {ActivationRow} row @param {Float64Array} z @param {Float64Array | null} da @param {Float64Array | null} slope
 * @param {number} n @param {number} k */
function throughActivation(row, z, da, slope, n, k) {
  if (!da) throw new Error("no error arrives");
  if (slope) return da.map((x, i) => x * slope[i]);
  if (!row.backward) throw new Error("an activation without a derivative");
  return run(row.backward, [z, da], n, k);
}

/** @param {Float64Array} values */
export function mean(values) {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/**
 * Every quantity of one step of gradient descent.
 *
 * @param {Tables} tables
 * @param {Net} net
 * @param {Float64Array} X n x nIn
 * @param {Float64Array} Y n x nOut
 * @param {number} n
 * @param {number} rate
 * @returns {Trace}
 */
export function trace(tables, net, X, Y, n, rate) {
  const sweep = forward(tables, net, X, n);
  const back = backward(tables, net, sweep, Y, n);
  const losses = sampleLosses(tables, net, sweep, Y, n);
  const layers = sweep.map((up, l) => {
    const down = back[l];
    return {
      ...up,
      ...down,
      weightStep: down.weightGradient.map((g) => -rate * g),
      biasStep: down.biasGradient && down.biasGradient.map((g) => -rate * g),
    };
  });
  return { layers, sampleLosses: losses, loss: mean(losses) };
}

/** The network with a step added to each parameter. @param {Net} net
 * @param {{weightStep: Float64Array, biasStep: Float64Array | null}[]} steps @returns {Net} */
export function stepped(net, steps) {
  const layers = net.layers.map((layer, l) => ({
    ...layer,
    weights: layer.weights.map((w, i) => w + steps[l].weightStep[i]),
    biases: layer.biases && layer.biases.map((b, j) => b + /** @type {Float64Array} */ (steps[l].biasStep)[j]),
  }));
  return { ...net, layers };
}

/** @param {Tables} tables @param {Net} net @param {Float64Array} X @param {Float64Array} Y @param {number} n */
export function meanLoss(tables, net, X, Y, n) {
  return mean(sampleLosses(tables, net, forward(tables, net, X, n), Y, n));
}
