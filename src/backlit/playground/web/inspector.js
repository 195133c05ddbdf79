/** The chosen thing: its own equations, and the numbers of it that can be changed. */
import { h, replace } from "./dom.js";
import { activationLine, errorTermLine, linesOf, stepLine, sumLine, updatedLine } from "./lines.js";
import { nameText } from "./names.js";
import { formatNumber, plainNumber, signed } from "./numbers.js";
import { letScroll, lineMath } from "./panel.js";
import { addressOf, promised, valueAt } from "./state.js";
import { isKnown } from "./steps.js";
import { TEXTS } from "./texts.js";

/**
 * @typedef {import("./state.js").View} View
 * @typedef {import("./state.js").Place} Place
 * @typedef {import("./steps.js").Step} Step
 * @typedef {import("./lines.js").Line} Line
 * @typedef {{edit: (place: Place, value: number, continues: boolean) => void, refuse: (message: string) => void}} Actions
 */

/** What a thing is called beside its address. @param {View} view @param {Place} place */
export function nameOf({ names }, place) {
  const index = "unit" in place ? String(place.unit + 1) : "";
  switch (place.kind) {
    case "unit":
      return nameText(names.activation(place.layer, index));
    case "weight":
      return nameText(names.weight(place.layer, String(place.input + 1), index));
    case "bias":
      return nameText(names.bias(place.layer, index));
    case "input":
      return nameText(names.input(1, index));
    case "target":
      return nameText(names.target(index));
    case "rate":
      return "η";
  }
}

/** The numbers that can be changed at a place: itself, or a unit's bias. @param {View} view @param {Place} place
 * @returns {Place[]} */
export function editable(view, place) {
  if (place.kind !== "unit") return [place];
  return view.state.net.layers[place.layer - 1].biases ? [{ ...place, kind: "bias" }] : [];
}

/** Which values a place takes. @param {View} view @param {Place} place @returns {[number, number]} */
export function limitsOf({ tables, state }, place) {
  if (place.kind === "rate") return [Number.MIN_VALUE, Infinity];
  if (place.kind !== "target") return [-Infinity, Infinity];
  const { range } = tables.activations[state.net.layers[state.net.layers.length - 1].activation];
  const { targets } = tables.losses[state.net.loss];
  return [Math.max(range[0] ?? -Infinity, targets[0] ?? -Infinity), Math.min(range[1] ?? Infinity, targets[1] ?? Infinity)];
}

/** A number with a slider and a field. @param {View} view @param {Place} place @param {Actions} actions */
export function numberField(view, place, actions) {
  const value = valueAt(view.state, place) ?? 0;
  const [low, high] = limitsOf(view, place);
  const span = Math.max(2, 2 * Math.abs(value));
  const ends = [Math.max(low, place.kind === "rate" ? 0.01 : -span), Math.min(high, span)];
  const label = `${nameOf(view, place)} (${addressOf(place)})`;
  const slider = h("input", { type: "range", min: ends[0], max: ends[1], step: "any", "aria-label": label });
  const field = h("input", { type: "number", step: "any", "aria-label": `${label}, number` });
  slider.value = String(value);
  field.value = plainNumber(value, 6);
  let dragging = false;
  slider.addEventListener("input", () => {
    actions.edit(place, Number(slider.value), dragging);
    dragging = true;
  });
  slider.addEventListener("change", () => (dragging = false));
  field.addEventListener("change", () => {
    const wanted = field.valueAsNumber;
    if (Number.isNaN(wanted)) actions.refuse(TEXTS.notANumber);
    else if (wanted < low || wanted > high) actions.refuse(refusal(place, low, high));
    else actions.edit(place, wanted, false);
  });
  const element = h("div", { class: "number-field" }, h("span", { class: "name" }, label), slider, field);
  return { element, show: (/** @type {number} */ v) => showValue(slider, field, v) };
}

/** @param {Place} place @param {number} low @param {number} high */
function refusal(place, low, high) {
  if (place.kind === "rate") return TEXTS.rateRefused;
  const [from, to] = [low, high].map((end) => (Number.isFinite(end) ? formatNumber(end) : null));
  return TEXTS.refused(from, to);
}

/** @param {HTMLInputElement} slider @param {HTMLInputElement} field @param {number} value */
function showValue(slider, field, value) {
  if (Math.abs(Number(slider.value) - value) > 1e-12) {
    if (value > Number(slider.max)) slider.max = String(2 * value);
    if (value < Number(slider.min)) slider.min = String(2 * value);
    slider.value = String(value);
  }
  if (document.activeElement !== field || field.valueAsNumber !== value) field.value = plainNumber(value, 6);
}

/** The equations of a chosen thing, as far as the steps have come. @param {HTMLElement} element @param {View} view
 * @param {Place} place @param {Step[]} steps @param {number} shown */
export function renderOwnLines(element, view, place, steps, shown) {
  const lines = ownLines(view, place, steps, shown);
  replace(element, ...lines.map((line) => lineMath(line, true)));
  letScroll(element);
}

/** @param {View} view @param {Place} place @param {Step[]} steps @param {number} shown @returns {Line[]} */
function ownLines(view, place, steps, shown) {
  const lines = linesOf(view);
  /** @type {Line[]} */
  const found = [];
  const add = (/** @type {Step["kind"]} */ kind, /** @type {() => Line} */ line) => {
    if ("layer" in place && isKnown(steps, shown, kind, place.layer)) found.push(line());
  };
  if (place.kind === "unit") {
    add("sum", () => sumLine(lines, place.layer, place.unit));
    add("activation", () => activationLine(lines, place.layer, place.unit));
    add("term", () => errorTermLine(lines, place.layer, place.unit));
  }
  if (place.kind === "weight" || place.kind === "bias") {
    const input = place.kind === "weight" ? place.input : null;
    add("steps", () => stepLine(lines, place.layer, input, place.unit));
    add("updated", () => updatedLine(lines, place.layer, input, place.unit));
  }
  return found;
}

/** What an edit did to the loss, beside what the gradient promised. @param {View} before @param {View} after
 * @param {Place} place */
export function effectOf(before, after, place) {
  const [from, to] = [valueAt(before.state, place) ?? 0, valueAt(after.state, place) ?? 0];
  const change = after.trace.loss - before.trace.loss;
  const said = [
    TEXTS.changed(nameOf(after, place), formatNumber(from), formatNumber(to)),
    TEXTS.lossChanged(formatNumber(before.trace.loss, 4), formatNumber(after.trace.loss, 4), signed(change), after.state.n),
  ];
  const promise = promised(before, place, to - from);
  return [...said, promise === null ? "" : TEXTS.promised(signed(promise))].join(" ").trim();
}
