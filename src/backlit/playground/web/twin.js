/** Everything the drawing shows, as two tables. */
import { h, replace } from "./dom.js";
import { formatNumber } from "./numbers.js";
import { afterStep } from "./panel.js";
import { addressOf } from "./state.js";
import { isKnown } from "./steps.js";
import { TEXTS } from "./texts.js";

/**
 * @typedef {import("./state.js").View} View
 * @typedef {import("./steps.js").Step} Step
 */

const MOST_ROWS = 60;

/** @param {string} caption @param {string[]} heads @param {string[][]} rows @param {number} left how many are not shown */
function table(caption, heads, rows, left) {
  return h(
    "div",
    { class: "scrolled", tabindex: 0, role: "region", "aria-label": caption },
    h(
      "table",
      { class: "facts" },
      h("caption", {}, caption),
      h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
      h(
        "tbody",
        {},
        ...rows.map(([first, ...cells]) =>
          h("tr", {}, h("th", { scope: "row" }, first), ...cells.map((cell) => h("td", {}, cell))),
        ),
      ),
    ),
    left > 0 && h("p", { class: "aside" }, TEXTS.hidden(left)),
  );
}

/** @param {HTMLElement} element @param {View} view @param {Step[]} steps @param {number} shown */
export function renderTwin(element, view, steps, shown) {
  const { columns } = TEXTS;
  const units = unitRows(view, steps, shown);
  const parameters = parameterRows(view, steps, shown);
  replace(
    element,
    table(
      TEXTS.tableUnits,
      [columns.place, columns.sum, columns.activation, columns.error, columns.slope, columns.errorTerm],
      units.rows,
      units.left,
    ),
    table(
      TEXTS.tableWeights,
      [columns.place, columns.value, columns.gradient, columns.step, columns.next],
      parameters.rows,
      parameters.left,
    ),
  );
}

/** @param {View} view @param {Step[]} steps @param {number} shown */
function unitRows({ state, sizes, trace }, steps, shown) {
  /** @type {string[][]} */
  const rows = [];
  const none = TEXTS.notYet;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  for (let l = 0; l < sizes.length; l++) {
    for (let j = 0; j < sizes[l] && rows.length < MOST_ROWS; j++) {
      const at = state.sample * sizes[l] + j;
      if (l === 0) {
        rows.push([`x[${j + 1}]`, none, formatNumber(state.X[at]), none, none, none]);
        continue;
      }
      const layer = trace.layers[l - 1];
      const cell = (/** @type {Step["kind"]} */ kind, /** @type {Float64Array | null} */ values) =>
        values && isKnown(steps, shown, kind, l) ? formatNumber(values[at]) : none;
      rows.push([
        `L${l}.u${j + 1}`,
        cell("sum", layer.z),
        cell("activation", layer.a),
        cell("term", layer.error),
        cell("term", layer.slope),
        cell("term", layer.errorTerm),
      ]);
    }
  }
  return { rows, left: total - rows.length };
}

/** @param {View} view @param {Step[]} steps @param {number} shown */
function parameterRows({ state, sizes, trace }, steps, shown) {
  /** @type {string[][]} */
  const rows = [];
  let total = 0;
  for (let l = 1; l < sizes.length; l++) {
    const { weights, biases } = state.net.layers[l - 1];
    const { weightGradient, weightStep, biasGradient, biasStep } = trace.layers[l - 1];
    const known = isKnown(steps, shown, "steps", l);
    const after = isKnown(steps, shown, "updated", l);
    const add = (/** @type {string} */ address, /** @type {number} */ v, /** @type {number} */ g, /** @type {number} */ d) =>
      rows.length < MOST_ROWS &&
      rows.push([
        address,
        formatNumber(v),
        known ? formatNumber(g) : TEXTS.notYet,
        known ? formatNumber(d) : TEXTS.notYet,
        after ? afterStep(v, d) : TEXTS.notYet,
      ]);
    total += weights.length + (biases?.length ?? 0);
    for (let p = 0; p < Math.min(weights.length, MOST_ROWS); p++) {
      const place = { kind: /** @type {const} */ ("weight"), layer: l, input: Math.floor(p / sizes[l]), unit: p % sizes[l] };
      add(addressOf(place), weights[p], weightGradient[p], weightStep[p]);
    }
    for (let j = 0; biases && biasGradient && biasStep && j < Math.min(biases.length, MOST_ROWS); j++) {
      add(`L${l}.b[${j + 1}]`, biases[j], biasGradient[j], biasStep[j]);
    }
  }
  return { rows, left: total - rows.length };
}
