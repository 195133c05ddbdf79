/**
 * Which symbol each quantity has, as in `explain/names.py`: the lesson's letters for one or two layers, numbered
 * layers beyond.
 *
 * @typedef {{base: string, indices: string[], layer: string, kind: string}} Name
 */

import { TEXTS } from "./texts.js";

const BELOW = "₀₁₂₃₄₅₆₇₈₉";
const LETTERS = { a: "ₐ", h: "ₕ", i: "ᵢ", j: "ⱼ", k: "ₖ", m: "ₘ", o: "ₒ", s: "ₛ", ",": "," };
const ABOVE = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** @param {string} base @param {string[]} [indices] @param {string} [layer] @param {string} [kind] @returns {Name} */
export function name(base, indices = [], layer = "", kind = "") {
  return { base, indices, layer, kind };
}

/** @param {string} c */
function lowered(c) {
  return /\d/.test(c) ? BELOW[Number(c)] : (/** @type {Record<string, string>} */ (LETTERS)[c] ?? c);
}

/** What stands below a symbol. @param {Name} symbol */
export function subscript({ indices, kind }) {
  return kind + indices.join(indices.some((index) => index.length > 1) ? "," : "");
}

/** A symbol as text: w₁₂, δ₃⁽²⁾. @param {Name} symbol */
export function nameText(symbol) {
  const below = [...subscript(symbol)].map(lowered).join("");
  const above = symbol.layer && `⁽${[...symbol.layer].map((c) => ABOVE[Number(c)]).join("")}⁾`;
  return symbol.base + below + above;
}

/**
 * The names of a network of `sizes` units; layers are counted from 1, indices are digits or letters. An index is left
 * out where there is but one unit to count.
 *
 * @param {number[]} sizes
 */
export function namesOf(sizes) {
  const last = sizes.length - 1;
  const two = last === 2;
  /** @param {number} l */
  const layer = (l) => (last > 2 ? String(l) : "");
  /** @param {number} l @param {string} index */
  const unit = (l, index) => (sizes[l] === 1 ? [] : [index]);
  /** @param {number} l @param {string} letter */
  const cased = (l, letter) => (two && l === 2 ? letter.toUpperCase() : letter);
  /** @param {number} l @param {string} index */
  const activation = (l, index) => (l === last ? name("ŷ", unit(l, index)) : name("a", unit(l, index), layer(l)));
  return {
    last,
    activation,
    /** @param {number} l @param {string} index */
    input: (l, index) => (l === 1 ? name("x", unit(0, index)) : activation(l - 1, index)),
    /** @param {number} l @param {string} index */
    sum: (l, index) => name("h", unit(l, index), layer(l), two && l === 2 ? "o" : ""),
    /** @param {string} index */
    target: (index) => name("y", unit(last, index)),
    /** @param {number} l @param {string} index */
    error: (l, index) => name("e", unit(l, index), layer(l), two && l === 2 ? "o" : ""),
    /** @param {number} l @param {string} index */
    errorTerm: (l, index) => name("δ", unit(l, index), layer(l), two ? "ho"[l - 1] : ""),
    /** @param {number} l @param {string} i @param {string} j @param {boolean} [step] */
    weight: (l, i, j, step = false) =>
      name((step ? "Δ" : "") + cased(l, "w"), [...unit(l - 1, i), ...unit(l, j)], layer(l)),
    /** @param {number} l @param {string} j @param {boolean} [step] */
    bias: (l, j, step = false) => name((step ? "Δ" : "") + cased(l, "b"), unit(l, j), layer(l)),
  };
}

/** A network in a line, as Python prints it. @param {import("./sweeps.js").Net} net */
export function lineOf({ layers, loss }) {
  /** @type {[string, number][]} */
  const runs = [];
  for (const { activation } of layers) {
    const last = runs[runs.length - 1];
    if (last?.[0] === activation) last[1]++;
    else runs.push([activation, 1]);
  }
  const names = runs.map(([name, n]) => (n > 2 ? `${n} × ${name}` : Array(n).fill(name).join(", ")));
  const sizes = [layers[0].nIn, ...layers.map(({ nOut }) => nOut)].join("-");
  const parameters = layers.reduce((sum, { weights, biases }) => sum + weights.length + (biases?.length ?? 0), 0);
  return TEXTS.network(sizes, names.join(", "), loss, layers.some(({ biases }) => biases), parameters);
}

/** @typedef {ReturnType<typeof namesOf>} Names */
