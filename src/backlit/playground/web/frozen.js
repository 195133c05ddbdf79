/** Weights and biases that a step leaves as they are. */
import { placeOf } from "./state.js";

/**
 * @typedef {import("./sweeps.js").Net} Net
 * @typedef {{weightStep: Float64Array, biasStep: Float64Array | null}} Steps of a layer
 */

/** The steps, with 0 for what is frozen. @template {Steps} T @param {string[]} frozen addresses @param {Net} net
 * @param {T[]} steps @returns {T[]} */
export function heldStill(frozen, net, steps) {
  if (!frozen.length) return steps;
  const held = steps.map((layer) => ({ ...layer, weightStep: layer.weightStep.slice(), biasStep: layer.biasStep && layer.biasStep.slice() }));
  for (const place of frozen.map(placeOf)) {
    if (place?.kind === "weight") held[place.layer - 1].weightStep[place.input * net.layers[place.layer - 1].nOut + place.unit] = 0;
    else if (place?.kind === "bias") held[place.layer - 1].biasStep?.fill(0, place.unit, place.unit + 1);
  }
  return held;
}

/** @param {import("./state.js").State} state @param {string} address @param {boolean} still
 * @returns {import("./state.js").State} */
export function withFrozen(state, address, still) {
  const others = state.frozen.filter((each) => each !== address);
  return { ...state, frozen: still ? [...others, address] : others };
}
