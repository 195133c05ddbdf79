/** The whole state as a readable link, and back: what a link holds is checked before anything is shown of it. */
import { asStart, placeOf, sizesOf } from "./state.js";
import { ASK, COMPARE, LINK, TEACH } from "./texts_of_views.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./shell.js").Name} Name
 * @typedef {import("./compare.js").Other} Other
 * @typedef {{state: State, step: number, view: Name, asked: string[], done: boolean[], other: Other | null,
 *   hide: string[]}} Linked `hide`: parts of the page, by their names in `TEACH.parts`
 */

const VIEWS = /** @type {Name[]} */ (["step", "train", "ask", "compare"]);
const MOST_NUMBERS = 1000;
const MOST_TEXT = 40_000;
const LARGEST_LAYER = 1000;
const MOST_LAYERS = 20;

/** @param {State} state */
const numbersIn = ({ net, X, Y }) =>
  net.layers.reduce((sum, { weights, biases }) => sum + weights.length + (biases?.length ?? 0), X.length + Y.length);

/** The part after #, or null for a network too large for a link. @param {Linked} linked @returns {string | null} */
export function linkOf({ state, step, view, asked, done, other, hide }) {
  if (numbersIn(state) > MOST_NUMBERS) return null;
  const { layers, loss } = state.net;
  /** @type {[string, string][]} */
  const parts = [
    ["sizes", sizesOf(state.net).join("-")],
    ["activations", layers.map(({ activation }) => activation).join(",")],
    ["loss", loss],
    ["rate", String(state.rate)],
    ["x", [...state.X].join(",")],
    ["y", [...state.Y].join(",")],
    ["sample", String(state.sample + 1)],
    ["step", String(step + 1)],
    ["view", view],
  ];
  if (view === "ask") parts.push(["asked", asked.join(",")], ["done", done.map(Number).join("")]);
  if (hide.length) parts.push(["hide", hide.join(",")]);
  if (state.frozen.length) parts.push(["frozen", state.frozen.join(" ")]);
  if (view === "compare" && other) {
    const { activation, weights, seed, times, inputs } = other;
    parts.push(["other", [activation, weights, seed, times, inputs].join(",")]);
  }
  layers.forEach(({ weights, biases }, l) => {
    parts.push([`w${l + 1}`, [...weights].join(",")]);
    if (biases) parts.push([`b${l + 1}`, [...biases].join(",")]);
  });
  return parts.map(([key, value]) => `${key}=${value.replace(/[^\w.,()+-]/g, encodeURIComponent)}`).join("&");
}

/** What a link says, or a sentence why it says nothing. @param {any} tables @param {string} fragment
 * @returns {Linked | string} */
export function readLink(tables, fragment) {
  if (fragment.length > MOST_TEXT) return LINK.tooLong;
  try {
    return linked(tables, Object.fromEntries(new URLSearchParams(fragment)));
  } catch (error) {
    return LINK.refused(error instanceof Error ? error.message : "");
  }
}

/** @param {string} words @returns {never} */
function refuse(words) {
  throw new Error(words);
}

/** @param {any} tables @param {Record<string, string>} parts @returns {Linked} */
function linked(tables, parts) {
  const sizes = list(parts, "sizes", "-");
  if (sizes.length < 2 || sizes.length > MOST_LAYERS + 1) refuse(LINK.sizes);
  if (sizes.some((n) => !Number.isInteger(n) || n < 1 || n > LARGEST_LAYER)) refuse(LINK.sizes);
  const names = (parts.activations ?? "").split(",");
  if (names.length !== sizes.length - 1) refuse(LINK.count("activations", sizes.length - 1));
  const layers = names.map((activation, i) => layerOf(tables, parts, sizes, activation, i));
  const loss = parts.loss ?? "";
  if (!Object.hasOwn(tables.losses, loss)) refuse(LINK.unknown(loss));
  if (!tables.losses[loss].fits.includes(names[names.length - 1])) refuse(LINK.unfit);
  const [X, Y] = [list(parts, "x"), list(parts, "y")];
  const n = X.length / sizes[0];
  if (!Number.isInteger(n) || Y.length !== n * sizes[sizes.length - 1]) refuse(LINK.samples);
  checkTargets(tables, names[names.length - 1], loss, Y);
  const [rate, sample, step] = ["rate", "sample", "step"].map((key) => list(parts, key)[0]);
  if (!(rate > 0)) refuse(LINK.rate);
  const shown = Math.min(Math.max(1, Math.round(sample)), n) - 1;
  const net = { layers, loss };
  const state = asStart({ net, X: Float64Array.from(X), Y: Float64Array.from(Y), n, sample: shown, rate, frozen: frozenIn(net, parts.frozen) });
  const view = VIEWS.find((name) => name === parts.view) ?? "step";
  const asked = (parts.asked ?? "").split(",").filter((kind) => Object.hasOwn(ASK.kinds, kind));
  const done = [...(parts.done ?? "")].map((digit) => digit === "1");
  const hide = (parts.hide ?? "").split(",").filter((part) => Object.hasOwn(TEACH.parts, part));
  return { state, step: Math.round(step) - 1, view, asked, done, other: otherIn(tables, parts.other), hide };
}

/** @param {import("./sweeps.js").Net} net @param {string | undefined} text @returns {string[]} */
function frozenIn(net, text = "") {
  const addresses = text.split(" ").filter(Boolean);
  const sizes = sizesOf(net);
  const known = addresses.every((address) => {
    const place = placeOf(address);
    const inside = place && "layer" in place && place.layer >= 1 && place.unit >= 0 && place.unit < sizes[place.layer];
    return inside && place.kind !== "unit" && (place.kind === "bias" || (place.input >= 0 && place.input < sizes[place.layer - 1]));
  });
  return known ? [...new Set(addresses)] : refuse(LINK.frozen);
}

/** @param {any} tables @param {string | undefined} text @returns {Other | null} */
function otherIn(tables, text) {
  if (text === undefined) return null;
  // an activation's own commas, as in a name with two parameters, come first
  const found = /^(.+?),(\w+),(-?\d+),([-+\w.]+)(?:,([a-z]+))?$/.exec(text);
  const [activation, weights, seed, times, inputs = "same"] = found?.slice(1) ?? ["", "", "", ""];
  const known = Object.hasOwn(tables.activations, activation) && !tables.activations[activation].output_only;
  if (!known) refuse(LINK.unknown(activation));
  if (!Object.hasOwn({ ...COMPARE.weights, ...tables.initializers }, weights)) refuse(LINK.unknown(weights));
  if (![seed, times].every((number) => Number.isFinite(Number(number)))) refuse(LINK.numbers("other"));
  if (!Object.hasOwn(COMPARE.inputs, inputs)) refuse(LINK.unknown(inputs));
  return { activation, weights, seed: Number(seed), times: Number(times), inputs };
}

/** @param {any} tables @param {Record<string, string>} parts @param {number[]} sizes @param {string} activation
 * @param {number} i */
function layerOf(tables, parts, sizes, activation, i) {
  if (!Object.hasOwn(tables.activations, activation)) refuse(LINK.unknown(activation));
  if (tables.activations[activation].output_only && i < sizes.length - 2) refuse(LINK.unfit);
  const [nIn, nOut] = [sizes[i], sizes[i + 1]];
  const weights = list(parts, `w${i + 1}`);
  if (weights.length !== nIn * nOut) refuse(LINK.count(`w${i + 1}`, nIn * nOut));
  const key = `b${i + 1}`;
  const biases = key in parts ? list(parts, key) : null;
  if (biases && biases.length !== nOut) refuse(LINK.count(key, nOut));
  return { nIn, nOut, weights: Float64Array.from(weights), biases: biases && Float64Array.from(biases), activation };
}

/** @param {any} tables @param {string} output @param {string} loss @param {number[]} Y */
function checkTargets(tables, output, loss, Y) {
  for (const [low, high] of [tables.activations[output].range, tables.losses[loss].targets]) {
    if (Y.some((y) => y < (low ?? -Infinity) || y > (high ?? Infinity))) refuse(LINK.targets);
  }
}

/** @param {Record<string, string>} parts @param {string} key @param {string} [between] @returns {number[]} */
function list(parts, key, between = ",") {
  const values = (parts[key] ?? "").split(between).map((text) => (text.trim() === "" ? NaN : Number(text)));
  if (values.length > MOST_NUMBERS || !values.every(Number.isFinite)) refuse(LINK.numbers(key));
  return values;
}
