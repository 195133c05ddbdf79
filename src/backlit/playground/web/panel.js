/** What is said beside the drawing: the step's title, sentence, formulas, and how much error arrives at each layer. */
import { h, math, replace } from "./dom.js";
import { functionMath, mi, mo, nameMath, numberMath, piecesOf, write } from "./formula.js";
import { digitsToShow, formatNumber } from "./numbers.js";
import { isKnown, linesOfStep, sentenceOf, titleOf } from "./steps.js";
import { TEXTS } from "./texts.js";
import { rootMeanSquare } from "./training.js";

/**
 * @typedef {import("./state.js").View} View
 * @typedef {import("./steps.js").Step} Step
 * @typedef {import("./lines.js").Line} Line
 * @typedef {import("./formula.js").MathNode} MathNode
 */

const MOST_LINES = 8;

/** A line of mathematics, name = formula = value; it may go on in the next. @param {Line} line
 * @param {boolean} numbers @returns {HTMLElement} */
export function lineMath(line, numbers) {
  const start = [nameMath(line.name), mo(line.becomes ? "←" : "=")];
  const formula = write(line.formula, numbers);
  if (!numbers) return h("div", { class: "formula general" }, math(...start, formula));
  const pieces = piecesOf(formula).map((piece, i) => math(...(i === 0 ? start : []), ...piece));
  pieces.push(math(["mo", { form: "infix" }, "="], numberMath(line.value, line.digits)));
  return h("div", { class: "formula" }, ...pieces.flatMap((piece) => [piece, h("wbr")]));
}

/** @param {HTMLElement} element @param {View} view @param {Step[]} steps @param {number} shown */
export function renderPanel(element, view, steps, shown) {
  const step = steps[shown];
  const general = linesOfStep(view, step, true, 1).lines;
  const { lines, total } = linesOfStep(view, step, false, MOST_LINES);
  replace(
    element,
    h("h2", {}, titleOf(view, step)),
    h("p", { class: "sentence" }, sentenceOf(view, step)),
    general.length > 0 && h("h3", {}, TEXTS.symbols),
    ...general.map((line) => lineMath(line, false)),
    functionBlock(view, step),
    lines.length > 0 && h("h3", {}, TEXTS.numbers),
    ...lines.map((line) => lineMath(line, true)),
    total > lines.length && h("p", { class: "aside" }, TEXTS.moreLines(total - lines.length)),
    ...warnings(view, step),
  );
  letScroll(element);
}

/** What is wider than the page can be scrolled by keys. @param {HTMLElement} element */
export function letScroll(element) {
  for (const line of element.querySelectorAll(".formula")) {
    if (line.scrollWidth > line.clientWidth + 1) line.setAttribute("tabindex", "0");
  }
}

/** The activation's own formula where it is used, the slope's where that is. @param {View} view @param {Step} step */
function functionBlock(view, { kind, layer }) {
  if (kind !== "activation" && kind !== "term") return null;
  const { activation } = view.state.net.layers[layer - 1];
  const row = view.tables.activations[activation];
  if (!row.derivative || (kind === "term" && !view.trace.layers[layer - 1].slope)) return null;
  const slope = kind === "term";
  const letters = { "⟨z⟩": mi("h"), "⟨a⟩": functionMath("f", false, mi("h")) };
  const bound = slope && row.bound !== null ? `, ≤ ${formatNumber(row.bound, 4)}` : "";
  const right = withLetters((slope ? row.slope : row.formula).math, letters);
  return h(
    "div",
    { class: "formula function" },
    math(functionMath("f", slope, mi("h")), mo("="), right),
    h("span", { class: "aside" }, ` (${activation}${bound})`),
  );
}

/** @param {any} node @param {Record<string, MathNode>} letters @returns {MathNode} */
function withLetters([tag, attributes, content], letters) {
  if (typeof content === "string") return letters[content] ?? [tag, attributes, content];
  return [tag, attributes, content.map((/** @type {any} */ child) => withLetters(child, letters))];
}

/** What went wrong at this step, if anything. @param {View} view @param {Step} step */
function warnings(view, { kind, layer }) {
  if (kind !== "term" || !view.trace.layers[layer - 1].slope) return [];
  const k = view.sizes[layer];
  const start = view.state.sample * k;
  const slopes = /** @type {Float64Array} */ (view.trace.layers[layer - 1].slope).subarray(start, start + k);
  const dead = slopes.filter((slope) => slope === 0).length;
  return dead ? [h("p", { class: "warning" }, TEXTS.dead(TEXTS.layer(layer, view.names.last), dead))] : [];
}

/** Where the first number that is not finite stands, as an address, or null. @param {View} view */
export function notFinite(view) {
  for (const [i, layer] of view.trace.layers.entries()) {
    if (!layer.z.every(Number.isFinite)) return TEXTS.sumInto(i + 1);
    if (!layer.a.every(Number.isFinite)) return TEXTS.activationIn(i + 1);
  }
  if (!Number.isFinite(view.trace.loss)) return TEXTS.theLoss;
  const at = view.trace.layers.findIndex((layer) => !layer.errorTerm.every(Number.isFinite));
  return at < 0 ? null : TEXTS.errorTermOf(at + 1);
}

/** Bars: the size of each layer's error terms, beside what the slopes alone would allow. @param {HTMLElement} element
 * @param {View} view @param {Step[]} steps @param {number} shown */
export function renderShrinking(element, view, steps, shown) {
  const layers = view.trace.layers.map((layer, i) => ({ l: i + 1, size: rootMeanSquare(layer.errorTerm) })).reverse();
  const largest = Math.max(...layers.map(({ size }) => size)) || 1;
  const rows = layers.map(({ l, size }, i) => {
    const above = layers[i - 1]?.size;
    const known = isKnown(steps, shown, "term", l);
    const row = view.tables.activations[view.state.net.layers[l - 1].activation];
    const bound = above === undefined || row.bound === null ? null : row.bound * above;
    const factor = above === undefined ? "" : TEXTS.shrunk(formatNumber(size / above), `L${l + 1}`, row.bound === null ? "" : formatNumber(row.bound));
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, `L${l}`),
      h("td", {}, known ? formatNumber(size) : TEXTS.notYet),
      h("td", { class: "bar-cell" }, known && bar(size / largest, bound === null ? null : bound / largest)),
      h("td", {}, known ? factor : ""),
    );
  });
  replace(
    element,
    h("h2", {}, TEXTS.shrinking),
    h("p", { class: "aside" }, TEXTS.shrinkingSays),
    h("table", { class: "bars" }, h("tbody", {}, ...rows)),
  );
}

/** @param {number} share @param {number | null} bound */
function bar(share, bound) {
  const filled = h("span", { class: "fill" });
  filled.style.inlineSize = `${Math.max(0.4, 100 * share)}%`;
  const limit = bound !== null && bound <= 1 ? h("span", { class: "limit" }) : null;
  if (limit && bound !== null) limit.style.insetInlineStart = `${100 * bound}%`;
  return h("span", { class: "bar", "aria-hidden": "true" }, filled, limit);
}

/** A value after its step, to as many digits as show the step. @param {number} value @param {number} step */
export function afterStep(value, step) {
  return formatNumber(value + step, digitsToShow(value + step, step));
}
