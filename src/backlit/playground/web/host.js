/** The page in a frame whose host, a notebook's widget, gives it networks and hears of its own. */
import { stateOf } from "./state.js";

/**
 * @typedef {import("./state.js").State} State
 */

const LATER_MS = 150;
const CHUNK = 8192;

/** As `playground/data.py` writes long arrays. @param {Float64Array} values */
function packed(values) {
  const bytes = new Uint8Array(Float64Array.from(values).buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return `f8:${btoa(text)}`;
}

/** @param {State} state */
const plainState = ({ net, X, Y, n, sample, rate }) => ({
  layers: net.layers.map(({ nIn, nOut, weights, biases, activation }) => ({
    shape: [nIn, nOut],
    weights: packed(weights),
    biases: biases && packed(biases),
    activation,
  })),
  loss: net.loss,
  X: packed(X),
  Y: packed(Y),
  n,
  sample,
  learning_rate: rate,
});

/** Say that the page is there, and take what the host gives. @param {() => State} current
 * @param {(state: State) => void} open @returns {() => void} to be called after each change: the host is told, a moment
 *   later, of the last */
export function hosted(current, open) {
  if (window.parent === window) return () => undefined;
  let listening = false;
  let timer = 0;
  /** @type {State | null} */
  let told = null;
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.data?.backlit !== "open") return;
    const given = stateOf(event.data.state);
    listening = true;
    // what the file began with needs no opening
    if (JSON.stringify(plainState(given)) !== JSON.stringify(plainState(current()))) open(given);
    told = current();
  });
  window.parent.postMessage({ backlit: "ready" }, "*");
  return () => {
    if (!listening) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (told === current()) return;
      told = current();
      window.parent.postMessage({ backlit: "state", state: plainState(told) }, "*");
    }, LATER_MS);
  };
}
