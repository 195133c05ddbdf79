/** The view that compares: this network, and another that is alike but for what is chosen, on the same samples. */
import { chart } from "./chart.js";
import { standardize } from "./csv.js";
import { h, replace } from "./dom.js";
import { drawnNet } from "./drawn.js";
import { formatNumber, percent } from "./numbers.js";
import { choice } from "./settings.js";
import { button } from "./shell.js";
import { viewOf } from "./state.js";
import { accuracyOf, renderSurface } from "./surface.js";
import { COMPARE, TRAIN } from "./texts_of_views.js";
import { freshRun, rootMeanSquare, trainEpoch } from "./training.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").View} View
 * @typedef {import("./training.js").Run} Run
 * @typedef {{activation: string, weights: string, seed: number, times: number, inputs: string}} Other how the other one
 *   differs: `weights` is "same", "usual" or an initializer, `times` a factor on them all; `inputs` a key of `COMPARE.inputs`
 * @typedef {{state: State, run: Run}} Side
 * @typedef {{view: () => View, tables: any, plan: () => import("./training.js").Plan, take: (state: State) => void,
 *   say: (words: string) => void}} Host
 * @typedef {{host: Host, other: Other, base: State | null, sides: Side[], frame: number, parts: Record<string, HTMLElement>,
 *   toggle: HTMLButtonElement}} Comparing `base` is the page's state that both began from
 */

const BUDGET_MS = 20;
/** A factor on inputs, as of a column that nobody scaled. */
const LARGE = 100;
/** From this factor on between the largest and the smallest, bars are logarithmic. */
const WIDE = 30;

/** @param {HTMLElement} element @param {Host} host */
export function compareView(element, host) {
  const parts = {
    state: h("div", { class: "train-state" }),
    settings: h("div", { class: "settings" }),
    bars: h("div", {}),
    lossTitle: h("h2", {}),
    loss: h("div", {}),
    first: h("div", { class: "surface-holder" }),
    second: h("div", { class: "surface-holder" }),
  };
  /** @type {Comparing} */
  const comparing = { host, other: firstOther(host.view()), base: null, sides: [], frame: 0, parts, toggle: button(TRAIN.run, () => toggleRun(comparing), "primary") };
  const surfaces = [parts.first, parts.second].map((surface, i) =>
    h("section", { class: "predicting" }, h("h2", {}, `${TRAIN.surface}: ${COMPARE.sides[i]}`), surface),
  );
  element.append(
    parts.settings,
    h(
      "div",
      { class: "steps", role: "group", "aria-label": TRAIN.title },
      comparing.toggle,
      button(TRAIN.epoch, () => epochOfBoth(comparing)),
      button(COMPARE.again, () => begin(comparing)),
      button(COMPARE.take, () => host.take(comparing.sides[1].state)),
    ),
    parts.state,
    h("div", { class: "charts" }, h("section", {}, h("h2", {}, COMPARE.bars), parts.bars), h("section", {}, parts.lossTitle, parts.loss), ...surfaces),
  );
  return {
    refresh: () => (comparing.base === host.view().state ? show : begin)(comparing),
    stop: () => stop(comparing),
    other: () => comparing.other,
    sides: () => comparing.sides,
    resume: (/** @type {Other} */ other) => (comparing.other = other),
  };
}

/** @param {View} view @returns {Other} */
function firstOther({ state }) {
  const activation = state.net.layers[0].activation === "relu" ? "sigmoid" : "relu";
  return { activation, weights: "usual", seed: 0, times: 1, inputs: "same" };
}

/** The other network of a state. @param {any} tables @param {State} state @param {Other} other @returns {State} */
export function otherOf(tables, state, { activation, weights, seed, times, inputs }) {
  const last = state.net.layers.length - 1;
  const layers = state.net.layers.map((layer, i) => (i < last ? { ...layer, activation } : layer));
  const net = { ...state.net, layers };
  const drawn = weights === "same" ? net : drawnNet(tables, net, weights === "usual" ? "" : weights, seed);
  const scaled = drawn.layers.map((layer) => ({ ...layer, weights: layer.weights.map((w) => w * times) }));
  return { ...state, net: { ...net, layers: scaled }, X: inputsOf(state, inputs) };
}

/** @param {State} state @param {string} inputs */
function inputsOf({ net, X }, inputs) {
  const scaled = inputs === "large" ? X.map((x) => LARGE * x) : X.slice();
  if (inputs === "standard") standardize(scaled, net.layers[0].nIn);
  return scaled;
}

/** Both at their start. @param {Comparing} comparing */
function begin(comparing) {
  const { host, other } = comparing;
  stop(comparing);
  comparing.base = host.view().state;
  const states = [comparing.base, otherOf(host.tables, comparing.base, other)];
  comparing.sides = states.map((state) => ({ state, run: freshRun(host.tables, state) }));
  renderChoices(comparing);
  show(comparing);
}

/** @param {Comparing} comparing */
function renderChoices(comparing) {
  const { host, other, parts } = comparing;
  const { tables } = host;
  const change = (/** @type {Partial<Other>} */ changes) => {
    comparing.other = { ...comparing.other, ...changes };
    begin(comparing);
  };
  const number = (/** @type {string} */ label, /** @type {"seed" | "times"} */ key, /** @type {(v: number) => boolean} */ takes) => {
    const field = h("input", { type: "number", step: "any" });
    field.value = String(other[key]);
    field.addEventListener("change", () =>
      takes(field.valueAsNumber) ? change({ [key]: field.valueAsNumber }) : (field.value = String(other[key])),
    );
    return h("label", { class: "choice" }, h("span", {}, label), field);
  };
  const hidden = Object.keys(tables.activations).filter((name) => !tables.activations[name].output_only);
  // one sample at mean 0 would be zeros
  const scales = Object.fromEntries(Object.entries(COMPARE.inputs).filter(([key]) => host.view().state.n > 1 || key !== "standard"));
  const ways = { ...COMPARE.weights, ...Object.fromEntries(Object.keys(tables.initializers).map((name) => [name, name])) };
  replace(
    parts.settings,
    choice(COMPARE.activation, hidden, other.activation, (activation) => change({ activation })),
    choice(COMPARE.ofWeights, ways, other.weights, (weights) => change({ weights })),
    other.weights !== "same" && number(COMPARE.seed, "seed", Number.isInteger),
    number(COMPARE.times, "times", Number.isFinite),
    choice(COMPARE.ofInputs, scales, other.inputs, (inputs) => change({ inputs })),
  );
}

/** @param {Comparing} comparing */
function epochOfBoth(comparing) {
  stop(comparing);
  train(comparing);
  show(comparing);
  comparing.host.say(comparing.parts.state.textContent ?? "");
}

/** @param {Comparing} comparing */
function train(comparing) {
  const { host } = comparing;
  comparing.sides = comparing.sides.map(({ state, run }) => trainEpoch(host.tables, state, run, host.plan()));
}

/** @param {Comparing} comparing */
function toggleRun(comparing) {
  if (comparing.frame) {
    stop(comparing);
    return comparing.host.say(comparing.parts.state.textContent ?? "");
  }
  replace(comparing.toggle, TRAIN.pause);
  const tick = () => {
    comparing.frame = requestAnimationFrame(tick);
    const began = performance.now();
    do train(comparing);
    while (performance.now() - began < BUDGET_MS);
    show(comparing);
    if (comparing.sides.every(({ run }) => !Number.isFinite(run.losses[run.epoch]))) stop(comparing);
  };
  comparing.frame = requestAnimationFrame(tick);
}

/** @param {Comparing} comparing */
function stop(comparing) {
  cancelAnimationFrame(comparing.frame);
  comparing.frame = 0;
  replace(comparing.toggle, TRAIN.run);
}

/** @param {Comparing} comparing */
function show({ host, sides, parts }) {
  const views = sides.map(({ state }) => viewOf(host.tables, state));
  const sizes = views.map(({ trace }) => trace.layers.map(({ errorTerm }) => rootMeanSquare(errorTerm)));
  const said = views.map((view, i) => {
    const accuracy = accuracyOf(view);
    const share = sizes[i].length > 1 ? sizes[i][0] / sizes[i][sizes[i].length - 1] : null;
    return COMPARE.state(i, formatNumber(view.trace.loss, 4), accuracy === null ? "" : percent(accuracy), share === null ? "" : formatNumber(share));
  });
  replace(parts.state, ...[TRAIN.after(sides[0].run.epoch), ...said].map((text) => h("p", {}, text)));
  replace(parts.bars, barTable(views, sizes));
  replace(parts.lossTitle, TRAIN.lossCurve(views[0].state.n));
  replace(parts.loss, chart(said.join(" "), TRAIN.epochs, sides.map(({ run }, i) => ({ name: COMPARE.short[i], values: run.losses }))));
  [parts.first, parts.second].forEach((surface, i) => {
    renderSurface(surface, views[i], `${COMPARE.sides[i]}. ${said[i]}`);
    if (surface.parentElement) surface.parentElement.hidden = surface.childElementCount === 0;
  });
}

/** Each layer's error terms, one above the other. @param {View[]} views @param {number[][]} sizes */
function barTable(views, sizes) {
  const all = sizes.flat().filter((size) => size > 0 && Number.isFinite(size));
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const logarithmic = high / low > WIDE;
  const floor = Math.floor(Math.log10(low));
  const top = Math.ceil(Math.log10(high)) || 0;
  const share = (/** @type {number} */ size) => (logarithmic ? (Math.log10(size) - floor) / (top - floor || 1) : size / high);
  const rows = sizes[0].map((_, l) => {
    const bars = sizes.map((side, i) => {
      const fill = h("span", { class: i ? "fill other" : "fill" });
      fill.style.inlineSize = `${side[l] > 0 && Number.isFinite(side[l]) ? Math.max(0.5, 100 * share(side[l])) : 0}%`;
      return h("span", { class: "bar" }, fill);
    });
    const numbers = sizes.map((side) => h("td", {}, formatNumber(side[l], 2)));
    return h("tr", {}, h("th", { scope: "row" }, `L${l + 1}`), h("td", { class: "bar-cell", "aria-hidden": "true" }, ...bars), ...numbers);
  });
  const heads = views.map(({ state }, i) => h("th", { scope: "col" }, h("span", { class: i ? "key other" : "key" }), ` ${COMPARE.side(i, state.net.layers[0].activation)}`));
  return h(
    "table",
    { class: "bars both" },
    h("caption", { class: "aside" }, logarithmic ? COMPARE.logarithmic(formatNumber(10 ** floor), formatNumber(10 ** top)) : COMPARE.linear),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, COMPARE.layer), h("td", {}), ...heads)),
    h("tbody", {}, ...rows.reverse()),
  );
}
