/** The choices beside the numbers: activations, loss, which sample is shown. */
import { counted } from "./numbers.js";
import { h, replace } from "./dom.js";
import { withLayer } from "./state.js";
import { TEXTS } from "./texts.js";

/**
 * @typedef {import("./state.js").View} View
 * @typedef {import("./state.js").State} State
 */

/** @param {string} label @param {string[] | Record<string, string>} options or what each is called
 * @param {string} value @param {(value: string) => void} choose */
export function choice(label, options, value, choose) {
  const named = Array.isArray(options) ? options.map((option) => [option, option]) : Object.entries(options);
  const select = h("select", {}, ...named.map(([option, words]) => h("option", { value: option }, words)));
  select.value = value;
  select.addEventListener("change", () => choose(select.value));
  return h("label", { class: "choice" }, h("span", {}, label), select);
}

/** The activations that a layer may have: outputs keep to what the loss takes. @param {View} view @param {number} l */
function activationsFor({ tables, state, names, sizes }, l) {
  const all = Object.keys(tables.activations);
  if (l < names.last) return all.filter((name) => !tables.activations[name].output_only);
  const fitting = all.filter((name) => tables.losses[state.net.loss].fits.includes(name));
  return fitting.filter((name) => (name !== "softmax" || sizes[l] > 1) && takesTargets(tables, state, name, state.net.loss));
}

/** Whether every target lies where an output and a loss take it. @param {any} tables @param {State} state
 * @param {string} output @param {string} loss */
export function takesTargets(tables, state, output, loss) {
  const ends = [tables.activations[output].range, tables.losses[loss].targets];
  const inside = state.Y.every((y) => ends.every(([low, high]) => y >= (low ?? -Infinity) && y <= (high ?? Infinity)));
  return inside && (output !== "softmax" || sharesOne(state));
}

/** Whether each sample's targets sum to 1, as softmax's outputs do. @param {State} state */
function sharesOne({ Y, n }) {
  const k = Y.length / n;
  return counted(n, (s) => Y.subarray(s * k, (s + 1) * k).reduce((sum, y) => sum + y, 0)).every(
    (sum) => Math.abs(sum - 1) < 1e-9,
  );
}

/** @param {View} view */
function lossesFor({ tables, state, names }) {
  const output = state.net.layers[names.last - 1].activation;
  return Object.keys(tables.losses).filter(
    (name) => tables.losses[name].fits.includes(output) && takesTargets(tables, state, output, name),
  );
}

/** @param {HTMLElement} element @param {View} view @param {(next: State) => void} change */
export function renderSettings(element, view, change) {
  const { state, names } = view;
  const activations = state.net.layers.map((layer, i) => {
    const label = TEXTS.activationOf(TEXTS.layer(i + 1, names.last));
    return choice(label, activationsFor(view, i + 1), layer.activation, (activation) =>
      change(withLayer(state, i + 1, { activation })),
    );
  });
  const loss = choice(TEXTS.loss, lossesFor(view), state.net.loss, (name) =>
    change({ ...state, net: { ...state.net, loss: name } }),
  );
  replace(element, ...activations, loss, state.n > 1 && sampleChoice(view, change));
}

/** @param {View} view @param {(next: State) => void} change */
function sampleChoice({ state }, change) {
  const field = h("input", { type: "number", min: 1, max: state.n, step: 1 });
  field.value = String(state.sample + 1);
  field.addEventListener("change", () => {
    const wanted = Math.round(field.valueAsNumber);
    if (wanted >= 1 && wanted <= state.n) change({ ...state, sample: wanted - 1 });
    else field.value = String(state.sample + 1);
  });
  return h("label", { class: "choice" }, h("span", {}, TEXTS.sample), h("span", {}, field, ` ${TEXTS.ofSamples(state.n)}`));
}
