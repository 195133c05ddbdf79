/** The network as SVG: every unit and weight a thing that can be pointed at, focused and named. */
import { setAttributes, svg } from "./dom.js";
import { discsOf, errorTermsOf, freePlace } from "./labels.js";
import { layoutOf } from "./layout.js";
import { nameText } from "./names.js";
import { digitsToShow, formatNumber, percent } from "./numbers.js";
import { addressOf } from "./state.js";
import { isBackward, isKnown } from "./steps.js";
import { TEXTS } from "./texts.js";

/**
 * @typedef {import("./state.js").View} View
 * @typedef {import("./state.js").Place} Place
 * @typedef {import("./steps.js").Step} Step
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {{view: View, steps: Step[], shown: number, chosen: Place | null, layout: Layout,
 *   covered?: boolean}} Scene `covered`: what the step that is shown computes is not told
 * @typedef {{place: Place, address: string, x: number, y: number, element: SVGElement}} Thing
 */

const LABELLED = 8;
const LABELLED_AT_WORK = 14;
const CROWDED = 84;
/** Of a new weight: the panel has all that show its step. */
const MOST_DIGITS = 6;

/** Draw into an SVG element. @param {SVGElement} root @param {Omit<Scene, "layout">} given @param {number} width
 * @returns {Thing[]} everything that can be chosen */
export function draw(root, given, width) {
  const scene = { ...given, layout: layoutOf(given.view, width, given.chosen) };
  const { height, rows } = scene.layout;
  setAttributes(root, { viewBox: `0 0 ${width} ${height}`, width, height, "data-size": scene.layout.size });
  /** @type {Thing[]} */
  const things = [];
  const lines = svg("g", {});
  const labels = svg("g", { class: "labels", "aria-hidden": "true" });
  const units = svg("g", {});
  for (let l = 1; l < rows.length; l++) edges(scene, l, lines, labels, things);
  rows.forEach((_, l) => layerUnits(scene, l, units, things));
  targets(scene, units, things);
  root.replaceChildren(lines, labels, units);
  return things;
}

/** @param {Scene} scene */
const current = ({ steps, shown }) => steps[shown];

/** Whether a quantity may be told by now. @param {Scene} scene @param {Step["kind"]} kind @param {number} l */
const isTold = ({ steps, shown, covered }, kind, l) => isKnown(steps, covered ? shown - 1 : shown, kind, l);

/** @param {Scene} scene @param {Place} place */
const isChosen = ({ chosen }, place) => chosen !== null && addressOf(chosen) === addressOf(place);

/** @param {Scene} scene @param {Place} place @param {string} classes @param {string} label @param {SVGElement[]} parts */
function thing(scene, place, classes, label, ...parts) {
  const chosen = isChosen(scene, place);
  return svg(
    "g",
    {
      class: chosen ? `${classes} chosen` : classes,
      "data-address": addressOf(place),
      role: "button",
      tabindex: -1,
      "aria-label": label,
      "aria-pressed": String(chosen),
    },
    // spaces between the words: what is seen is what the label begins with, for who speaks to the page
    ...parts.flatMap((part) => [part, " "]),
  );
}

/** Whether a step works on the weights into a layer. @param {Step} step @param {number} l @param {number} last */
function edgeAtWork({ kind, layer }, l, last) {
  if (kind === "term") return layer < last && l === layer + 1;
  return (kind === "sum" || kind === "steps") && layer === l;
}

/** @param {Scene} scene @param {number} l @param {SVGElement} lines @param {SVGElement} labels @param {Thing[]} things */
function edges(scene, l, lines, labels, things) {
  const { view, layout } = scene;
  const { weights } = view.state.net.layers[l - 1];
  const largest = weights.reduce((top, w) => Math.max(top, Math.abs(w)), 0) || 1;
  const [below, above] = [layout.rows[l - 1].units, layout.rows[l].units];
  const atWork = edgeAtWork(current(scene), l, view.names.last);
  const most = atWork ? LABELLED_AT_WORK : LABELLED;
  const few = below.length * above.length <= (layout.slot < CROWDED ? 0 : most);
  const terms = isTold(scene, "term", l) ? errorTermsOf(view, layout, l).flatMap((term) => term?.area ?? []) : [];
  const taken = [...discsOf(layout, l - 1), ...discsOf(layout, l), ...terms];
  below.forEach((i, ki) =>
    above.forEach((j, kj) => {
      /** @type {Place} */
      const place = { kind: "weight", layer: l, input: i, unit: j };
      const ends = endsOf(layout, l, ki, kj);
      const { element, text } = edge(scene, place, ends, Math.abs(weights[i * view.sizes[l] + j]) / largest);
      lines.append(element);
      const room = (few || isChosen(scene, place)) && freePlace(ends, text, layout.size === "large" ? 18 : 15, taken);
      if (room || isChosen(scene, place)) labels.append(edgeLabel(room || middleOf(ends), text));
      things.push({ place, address: addressOf(place), ...middleOf(ends), element });
    }),
  );
}

/** @param {[[number, number], [number, number]]} ends */
const middleOf = ([[x0, y0], [x1, y1]]) => ({ x: (x0 + x1) / 2, y: (y0 + y1) / 2 });

/** @param {Layout} layout @param {number} l @param {number} ki @param {number} kj
 * @returns {[[number, number], [number, number]]} lower and upper end, at the circles' rims */
function endsOf({ x, y, radius }, l, ki, kj) {
  const [x0, y0, x1, y1] = [x(l - 1, ki), y(l - 1), x(l, kj), y(l)];
  const length = Math.hypot(x1 - x0, y1 - y0);
  const [dx, dy] = [((x1 - x0) * radius) / length, ((y1 - y0) * radius) / length];
  return [
    [x0 + dx, y0 + dy],
    [x1 - dx, y1 - dy],
  ];
}

/** @param {Scene} scene @param {Extract<Place, {kind: "weight"}>} place @param {[[number, number], [number, number]]} ends
 * @param {number} size */
function edge(scene, place, ends, size) {
  const { view } = scene;
  const step = current(scene);
  const { name, value, digits } = weightShown(scene, place);
  const text = `${nameText(name)} ${formatNumber(value, digits)}`;
  const w = view.state.net.layers[place.layer - 1].weights[place.input * view.sizes[place.layer] + place.unit];
  const atWork = edgeAtWork(step, place.layer, view.names.last);
  const classes = `edge ${w < 0 ? "negative" : "positive"} ${atWork ? "at-work" : ""}`;
  const [[x1, y1], [x2, y2]] = ends;
  const line = { x1, y1, x2, y2 };
  const parts = [
    svg("line", { ...line, class: "hit" }),
    svg("line", { ...line, class: "line", "stroke-width": (1 + 3.5 * size).toFixed(2) }),
  ];
  if (atWork && step.kind !== "updated") parts.push(arrow(ends, isBackward(step)));
  const frozen = view.state.frozen.includes(addressOf(place));
  if (frozen) parts.push(svg("rect", { x: middleOf(ends).x - 6, y: middleOf(ends).y - 6, width: 12, height: 12, class: "lock" }));
  const label = TEXTS.unitHas.weight(addressOf(place), nameText(name), formatNumber(value, digits)) + (frozen ? `, ${TEXTS.frozenMark}` : "");
  return { element: thing(scene, place, classes, label, ...parts), text: frozen ? `${text} ${TEXTS.frozenMark}` : text };
}

/** What a line is labelled with: its weight, its step, or what it has become. @param {Scene} scene
 * @param {Extract<Place, {kind: "weight"}>} place */
function weightShown(scene, { layer, input, unit }) {
  const { view } = scene;
  const { kind, layer: at } = current(scene);
  const p = input * view.sizes[layer] + unit;
  const w = view.state.net.layers[layer - 1].weights[p];
  const step = view.trace.layers[layer - 1].weightStep[p];
  const [i, j] = [String(input + 1), String(unit + 1)];
  if (kind === "steps" && at === layer && !scene.covered) return { name: view.names.weight(layer, i, j, true), value: step, digits: null };
  const name = view.names.weight(layer, i, j);
  return kind === "updated" && !scene.covered ? { name, value: w + step, digits: Math.min(MOST_DIGITS, digitsToShow(w + step, step) ?? MOST_DIGITS) } : { name, value: w, digits: null };
}

/** Which way the numbers go. @param {[[number, number], [number, number]]} ends @param {boolean} back */
function arrow([[x0, y0], [x1, y1]], back) {
  const t = back ? 0.16 : 0.84;
  const angle = (Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI + (back ? 180 : 0);
  const place = `translate(${x0 + t * (x1 - x0)} ${y0 + t * (y1 - y0)}) rotate(${angle})`;
  return svg("path", { d: "M-7,-6 L7,0 L-7,6 z", class: "arrow", transform: place });
}

/** @param {{x: number, y: number}} place @param {string} text */
const edgeLabel = ({ x, y }, text) => svg("text", { x, y: y + 5, class: "label" }, text);

/** Whether a step works on the units of a layer. @param {Step} step @param {number} l @param {number} last */
function unitAtWork({ kind, layer }, l, last) {
  if (kind === "start") return l === 0;
  if (kind === "steps") return l === layer || l === layer - 1;
  if (kind === "loss" || kind === "error") return l === last;
  return l === layer && kind !== "updated";
}

/** @param {Scene} scene @param {number} l @param {SVGElement} group @param {Thing[]} things */
function layerUnits(scene, l, group, things) {
  const { layout, view } = scene;
  const row = layout.rows[l];
  const terms = l > 0 && isTold(scene, "term", l) ? errorTermsOf(view, layout, l) : [];
  group.append(layerName(scene, l));
  row.units.forEach((unit, k) => {
    /** @type {Place} */
    const place = l === 0 ? { kind: "input", unit } : { kind: "unit", layer: l, unit };
    const [x, y] = [layout.x(l, k), layout.y(l)];
    const element = unitElement(scene, place, l, unit, [x, y], terms[k] ?? null);
    group.append(element);
    things.push({ place, address: addressOf(place), x, y, element });
  });
  if (row.hidden) {
    const x = layout.x(l, row.units.length);
    const told = l === 0 || isTold(scene, "term", l);
    const lines = [TEXTS.hidden(row.hidden), ...(told ? [percent(row.rest)] : [])];
    const y = layout.y(l) + 5 - 9 * (lines.length - 1);
    const text = svg("text", { x, y, class: "more" }, ...lines.map((line, i) => svg("tspan", { x, y: y + 18 * i }, line)));
    group.append(text);
  }
}

/** @param {Scene} scene @param {number} l */
function layerName({ layout, view }, l) {
  const { last } = view.names;
  const lines = l === 0 ? [TEXTS.inputs] : [TEXTS.layer(l, last), view.state.net.layers[l - 1].activation];
  const beside = layout.left > 20;
  const y = layout.y(l) + (beside ? 5 - 9 * (lines.length - 1) : -layout.radius - 8);
  const text = svg("text", { x: beside ? 4 : 2, y, class: "layer-name" });
  if (beside) lines.forEach((line, i) => text.append(svg("tspan", { x: 4, y: y + 18 * i }, line)));
  else text.append(lines.join(", "));
  return text;
}

/** @param {Scene} scene @param {Place} place @param {number} l @param {number} unit
 * @param {[number, number]} at @param {import("./labels.js").ErrorTerm | null} term */
function unitElement(scene, place, l, unit, [x, y], term) {
  const { view, layout } = scene;
  const { radius } = layout;
  // higher up a small disc is wider
  const small = radius < 30;
  const at = view.state.sample * view.sizes[l] + unit;
  const index = String(unit + 1);
  const known = l === 0 || isTold(scene, "activation", l);
  const value = l === 0 ? view.state.X[at] : view.trace.layers[l - 1].a[at];
  const text = formatNumber(value);
  const symbol = nameText(l === 0 ? view.names.input(1, index) : view.names.activation(l, index));
  const parts = [
    svg("circle", { r: radius + 5, class: "halo" }),
    svg("circle", { r: radius, class: "disc" }),
    svg("text", { y: known ? (small ? -8 : -5) : 5, class: "symbol" }, symbol),
  ];
  if (known) parts.push(svg("text", { y: small ? 11 : 15, class: text.length > 6 ? "value longer" : text.length > 5 ? "value long" : "value" }, text));
  const seen = [symbol, ...(known ? [text] : []), ...(term ? [term.text] : [])];
  const has = TEXTS.unitHas;
  const what = l === 0 ? [has.input(addressOf(place))] : [addressOf(place), known ? has.activation : has.unknown];
  if (l > 0 && isTold(scene, "term", l)) what.push(has.errorTerm(formatNumber(view.trace.layers[l - 1].errorTerm[at])));
  if (term) parts.push(errorTermLabel(layout, term));
  const atWork = unitAtWork(current(scene), l, view.names.last);
  const classes = `unit ${known ? "known" : "unknown"} ${atWork ? "at-work" : ""}`;
  const group = thing(scene, place, classes, [seen.join(" "), ...what].join(", "), ...parts);
  group.setAttribute("transform", `translate(${x} ${y})`);
  return group;
}

/** @param {Layout} layout @param {import("./labels.js").ErrorTerm} term */
function errorTermLabel({ radius }, { text, beside, delta }) {
  const place = beside ? { x: radius + 8, y: 6 } : { x: 0, y: radius + 17 };
  return svg("text", { ...place, class: `error-term ${delta < 0 ? "negative" : "positive"} ${beside ? "beside" : ""}` }, text);
}

/** @param {Scene} scene @param {SVGElement} group @param {Thing[]} things */
function targets(scene, group, things) {
  const { view, layout } = scene;
  const { last } = view.names;
  const atWork = ["loss", "error"].includes(current(scene).kind);
  layout.rows[last].units.forEach((unit, k) => {
    /** @type {Place} */
    const place = { kind: "target", unit };
    const value = formatNumber(view.state.Y[view.state.sample * view.sizes[last] + unit]);
    const symbol = nameText(view.names.target(String(unit + 1)));
    const [x, y] = [layout.x(last, k), layout.y(last) - layout.radius - 34];
    const element = thing(
      scene,
      place,
      `target ${atWork ? "at-work" : ""}`,
      `${symbol} ${value}, ${TEXTS.unitHas.target}`,
      svg("line", { x1: 0, y1: 14, x2: 0, y2: 33, class: "tie" }),
      svg("rect", { x: -34, y: -14, width: 68, height: 27, rx: 5, class: "box" }),
      svg("text", { y: 5, class: "symbol" }, `${symbol} ${value}`),
    );
    element.setAttribute("transform", `translate(${x} ${y})`);
    group.append(element);
    things.push({ place, address: addressOf(place), x, y, element });
  });
  if (isTold(scene, "loss", last)) {
    const loss = formatNumber(view.trace.sampleLosses[view.state.sample]);
    group.append(svg("text", { x: layout.width - 8, y: 16, class: "loss" }, `${TEXTS.lossOf(view.state.n)} ℓ ${loss}`));
  }
}
