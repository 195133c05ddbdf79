/** Going through the samples: batches, epochs, and what is noted of each epoch. */
import { heldStill } from "./frozen.js";
import { counted } from "./numbers.js";
import { OPTIMIZERS, weightDecayStep } from "./optimizers.js";
import { backward, forward, stepped, trace } from "./sweeps.js";

/**
 * @typedef {import("./sweeps.js").Net} Net
 * @typedef {import("./state.js").State} State
 * @typedef {import("./optimizers.js").Memory} Memory
 * @typedef {{optimizer: string, settings: Record<string, number>, decay: number, batch: number}} Plan
 * @typedef {{epoch: number, at: number, order: number[], memory: Memory[][], losses: number[], terms: number[][]}} Run
 *   `at`: how far the epoch has come; `losses` and `terms` (root mean square by layer) begin before the first step
 */

/** A generator of numbers from 0 to 1, from a seed. @param {number} seed */
export function randomFrom(seed) {
  let a = (seed * 2654435761) >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** @param {number} n @param {number} seed @returns {number[]} 0 to n - 1 in an order drawn from the seed */
export function shuffled(n, seed) {
  const random = randomFrom(seed + 1);
  const order = counted(n, (i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** @param {any} tables @param {State} state @returns {Run} */
export function freshRun(tables, state) {
  const run = { epoch: 0, at: 0, order: shuffled(state.n, 0), memory: [], losses: [], terms: [] };
  return noted(run, tables, state);
}

/** @param {Run} run @param {any} tables @param {State} state @returns {Run} */
function noted(run, tables, state) {
  const { layers, loss } = trace(tables, state.net, state.X, state.Y, state.n, 1);
  const terms = layers.map(({ errorTerm }) => rootMeanSquare(errorTerm));
  return { ...run, losses: [...run.losses, loss], terms: [...run.terms, terms] };
}

/** @param {Float64Array} values */
export function rootMeanSquare(values) {
  const top = values.reduce((t, v) => Math.max(t, Math.abs(v)), 0);
  return top === 0 ? 0 : top * Math.sqrt(values.reduce((t, v) => t + (v / top) ** 2, 0) / values.length);
}

/** @param {Float64Array} rows @param {number} n @param {number[]} chosen */
function taken(rows, n, chosen) {
  const k = rows.length / n;
  const out = new Float64Array(chosen.length * k);
  chosen.forEach((row, i) => out.set(rows.subarray(row * k, (row + 1) * k), i * k));
  return out;
}

/**
 * One step on the next batch; an epoch's end is noted.
 *
 * @param {any} tables
 * @param {State} state
 * @param {Run} run
 * @param {Plan} plan
 * @returns {{state: State, run: Run}}
 */
export function trainStep(tables, state, run, plan) {
  const rows = run.order.slice(run.at, run.at + plan.batch);
  const [X, Y] = [taken(state.X, state.n, rows), taken(state.Y, state.n, rows)];
  const back = backward(tables, state.net, forward(tables, state.net, X, rows.length), Y, rows.length);
  const { steps, memory } = optimized(state.net, back, run.memory, plan);
  const next = { ...state, net: stepped(state.net, heldStill(state.frozen, state.net, steps)) };
  const at = run.at + rows.length;
  if (at < state.n) return { state: next, run: { ...run, at, memory } };
  const epoch = run.epoch + 1;
  return { state: next, run: noted({ ...run, epoch, at: 0, order: shuffled(state.n, epoch), memory }, tables, next) };
}

/** @param {Net} net @param {import("./sweeps.js").Backward[]} back @param {Memory[][]} memory @param {Plan} plan */
function optimized(net, back, memory, { optimizer, settings, decay }) {
  const step = OPTIMIZERS[optimizer];
  /** @type {Memory[][]} */
  const next = [];
  const steps = back.map(({ weightGradient, biasGradient }, l) => {
    const [ofWeights, ofBiases] = memory[l] ?? [{}, {}];
    const [weightStep, first] = step(weightGradient, ofWeights, settings);
    const [biasStep, second] = biasGradient ? step(biasGradient, ofBiases, settings) : [null, {}];
    next.push([first, second]);
    if (!decay) return { weightStep, biasStep };
    const shrink = weightDecayStep(net.layers[l].weights, settings.learning_rate, decay);
    return { weightStep: weightStep.map((d, i) => d + shrink[i]), biasStep };
  });
  return { steps, memory: next };
}

/** To the end of the epoch. @param {any} tables @param {State} state @param {Run} run @param {Plan} plan */
export function trainEpoch(tables, state, run, plan) {
  const { epoch } = run;
  let now = { state, run };
  while (now.run.epoch === epoch) now = trainStep(tables, now.state, now.run, plan);
  return now;
}
