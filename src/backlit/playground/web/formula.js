/**
 * Formulas as small trees whose leaves have a symbol and a value, as in `explain/formula.py`: one tree is written in
 * symbols and in numbers; `evaluate.js` evaluates it. Written, it is MathML as plain data: [tag, attributes, content].
 */
import { formatNumber } from "./numbers.js";
import { subscript } from "./names.js";

/**
 * @typedef {import("./names.js").Name} Name
 * @typedef {[string, Record<string, string>, string | MathNode[]]} MathNode
 * @typedef {{type: "leaf", name: Name, value: number, digits?: number | null}} Leaf
 * @typedef {{type: "product", factors: Formula[]}} Product
 * @typedef {{type: "difference", left: Formula, right: Formula}} Difference
 * @typedef {{type: "quotient", top: Formula, bottom: Formula}} Quotient
 * @typedef {{type: "power", power: Formula}} Power e to the power
 * @typedef {{type: "sum", over: string, terms: Formula[], extra: Formula | null, hidden: number, rest: number}} Sum
 * @typedef {{type: "filled", name: MathNode[], template: any, marks: Record<string, Leaf>, value: number,
 *   open: boolean}} Filled a table's formula with leaves for its marks
 * @typedef {Leaf | Product | Difference | Quotient | Power | Sum | Filled} Formula
 */

/** @param {Name} name @param {number} value @returns {Leaf} */
export const leaf = (name, value) => ({ type: "leaf", name, value });
/** @param {Formula[]} factors @returns {Product} */
export const product = (...factors) => ({ type: "product", factors });
/** @param {Formula} left @param {Formula} right @returns {Difference} */
export const difference = (left, right) => ({ type: "difference", left, right });
/** @param {Formula} top @param {Formula} bottom @returns {Quotient} */
export const quotient = (top, bottom) => ({ type: "quotient", top, bottom });
/** @param {Formula} power @returns {Power} */
export const exponential = (power) => ({ type: "power", power });
/** @param {string} over @param {Formula[]} terms @param {Formula | null} [extra] @param {number} [hidden]
 * @param {number} [rest] @returns {Sum} */
export const sum = (over, terms, extra = null, hidden = 0, rest = 0) => ({
  type: "sum",
  over,
  terms,
  extra,
  hidden,
  rest,
});

/** The formulas that a formula is made of; of a table's formula the marks that stand in it. @param {Formula} formula
 * @returns {Formula[]} */
function partsOf(formula) {
  switch (formula.type) {
    case "leaf":
      return [];
    case "product":
      return formula.factors;
    case "difference":
      return [formula.left, formula.right];
    case "quotient":
      return [formula.top, formula.bottom];
    case "power":
      return [formula.power];
    case "sum":
      return formula.extra ? [...formula.terms, formula.extra] : formula.terms;
    case "filled": {
      const template = JSON.stringify(formula.template);
      return Object.entries(formula.marks).flatMap(([mark, part]) => (template.includes(mark) ? [part] : []));
    }
  }
}

/** @param {Formula} formula @returns {Leaf[]} */
export const leavesOf = (formula) => (formula.type === "leaf" ? [formula] : partsOf(formula).flatMap(leavesOf));
/** Whether no term is hidden. @param {Formula} formula @returns {boolean} */
export const isWhole = (formula) => !(formula.type === "sum" && formula.hidden) && partsOf(formula).every(isWhole);

/** @param {string} text @returns {MathNode} */
export const mo = (text) => ["mo", "()".includes(text) ? { stretchy: "false" } : {}, text];
/** @param {string} text @returns {MathNode} */
export const mi = (text) => ["mi", {}, text];

/** In parentheses, as tall as what they hold where that is a fraction or a Σ. @param {MathNode} node
 * @returns {MathNode} */
const inParentheses = (node) =>
  isTall(node) ? mrow(["mo", {}, "("], node, ["mo", {}, ")"]) : mrow(mo("("), node, mo(")"));

/** @param {MathNode} node @returns {boolean} */
const isTall = ([tag, , content]) =>
  tag === "mfrac" || tag === "munder" || (typeof content !== "string" && content.some(isTall));
/** @param {...MathNode} children @returns {MathNode} */
export const mrow = (...children) => ["mrow", {}, children];

/** @param {string} base @returns {MathNode} */
function baseMath(base) {
  if (base === "ŷ") return ["mover", { accent: "true" }, [mi("y"), mo("^")]];
  return base.startsWith("Δ") ? mrow(["mi", { mathvariant: "normal" }, "Δ"], mi(base.slice(1))) : mi(base);
}

/** A function of a letter: f(h), f′(h). @param {string} name @param {boolean} slope @param {MathNode} of
 * @returns {MathNode} */
export function functionMath(name, slope, of) {
  const prime = /** @type {MathNode[]} */ (slope ? [["mo", { lspace: "0", rspace: "0" }, "′"]] : []);
  return mrow(mi(name), ...prime, mo("("), of, mo(")"));
}

/** @param {Name} name @returns {MathNode} */
export function nameMath(name) {
  /** @type {MathNode} */
  const base = baseMath(name.base);
  const below = [name.kind, subscript({ ...name, kind: "" })].filter(Boolean).join(",");
  /** @type {MathNode} */
  const low = /^\d+$/.test(below) ? ["mn", {}, below] : mi(below);
  /** @type {MathNode} */
  const high = ["mrow", {}, [mo("("), ["mn", {}, name.layer], mo(")")]];
  if (below && name.layer) return ["msubsup", {}, [base, low, high]];
  if (below) return ["msub", {}, [base, low]];
  return name.layer ? ["msup", {}, [base, high]] : base;
}

/** @param {number} value @param {number | null} [digits] @returns {MathNode} */
export function numberMath(value, digits = null) {
  const text = formatNumber(value, digits);
  const negative = text.startsWith("−");
  const [mantissa, power] = text.replace("−", "").split("×10");
  /** @type {MathNode[]} */
  const parts = negative ? [["mo", { form: "prefix" }, "−"], ["mn", {}, mantissa]] : [["mn", {}, mantissa]];
  if (power !== undefined) {
    const exponent = Math.floor(Math.log10(Math.abs(value)));
    parts.push(mo("×"), ["msup", {}, [["mn", {}, "10"], numberMath(exponent)]]);
  }
  return parts.length === 1 ? parts[0] : mrow(...parts);
}

/** @param {Formula} formula @param {boolean} numbers in numbers, or in symbols @returns {MathNode} */
export function write(formula, numbers) {
  switch (formula.type) {
    case "leaf":
      return numbers ? numberMath(formula.value, formula.digits) : nameMath(formula.name);
    case "product":
      return joined(formula.factors.map((factor) => asFactor(write(factor, numbers))), numbers ? "×" : "\u2062");
    case "difference":
      return mrow(write(formula.left, numbers), mo("−"), asFactor(write(formula.right, numbers)));
    case "quotient":
      return ["mfrac", {}, [write(formula.top, numbers), write(formula.bottom, numbers)]];
    case "power":
      return ["msup", {}, [mi("e"), write(formula.power, numbers)]];
    case "sum":
      return numbers ? sumInNumbers(formula) : sumInSymbols(formula);
    case "filled":
      return numbers || formula.open ? filledIn(formula, numbers) : mrow(...formula.name);
  }
}

/** @param {MathNode[]} nodes @param {string} between */
function joined(nodes, between) {
  return mrow(...nodes.flatMap((node, i) => (i === 0 ? [node] : [mo(between), node])));
}

/** @param {Sum} total */
function sumInSymbols({ over, terms, extra, hidden }) {
  const first = write(terms[0], false);
  /** @type {MathNode} */
  const sigma = ["munder", {}, [mo("∑"), mi(over)]];
  const body = terms.length + hidden === 1 || !over ? first : mrow(sigma, asFactor(first));
  return extra ? mrow(body, mo("+"), asFactor(write(extra, false))) : body;
}

/** @param {Sum} total */
function sumInNumbers({ terms, extra, hidden, rest }) {
  const parts = terms.map((term, i) => {
    const node = write(term, true);
    return i === 0 || term.type === "product" ? node : asFactor(node);
  });
  if (hidden) parts.push(mrow(asFactor(numberMath(rest)), ["mtext", {}, `\u00a0[${hidden} more]`]));
  if (extra) parts.push(asFactor(write(extra, true)));
  return joined(parts, "+");
}

/** In parentheses where its own signs would otherwise be read wrongly. @param {MathNode} node @returns {MathNode} */
function asFactor(node) {
  return isLoose(node) ? inParentheses(node) : node;
}

/** Whether a sum, a sign or a condition stands outside parentheses. @param {MathNode} node */
function isLoose(node) {
  let depth = 0;
  for (const [tag, , content] of flat(node)) {
    if (tag === "munder") return true;
    if (content === "(") depth++;
    if (content === ")") depth--;
    if (depth === 0 && (content === "+" || content === "−" || (tag === "mtext" && /\bif\b/.test(String(content))))) {
      return true;
    }
  }
  return false;
}

/** @param {MathNode} node @returns {MathNode[]} */
function flat(node) {
  return node[0] === "mrow" && typeof node[2] !== "string" ? node[2].flatMap(flat) : [node];
}

/** The parts of a long line between which it may go on in the next: before + and ×, not in what is tall.
 * @param {MathNode} node @returns {MathNode[][]} */
export function piecesOf(node) {
  const deepest = isTall(node) ? 0 : 1;
  let depth = 0;
  /** @type {MathNode[][]} */
  const pieces = [[]];
  for (const part of flat(node)) {
    const [tag, , content] = part;
    depth += content === "(" ? 1 : content === ")" ? -1 : 0;
    const breaks = tag === "mo" && (content === "+" || content === "×") && depth <= deepest;
    if (breaks) pieces.push([["mo", { form: "infix" }, content]]);
    else pieces[pieces.length - 1].push(part);
  }
  return pieces;
}

/** The table's formula with its marks filled. @param {Filled} filled @param {boolean} numbers @returns {MathNode} */
function filledIn({ template, marks }, numbers) {
  /** @param {MathNode} node @param {boolean} alone @returns {MathNode} */
  const fill = ([tag, attributes, content], alone) => {
    if (typeof content !== "string") return [tag, attributes, content.map((c) => fill(c, content.length === 1))];
    const mark = marks[content];
    if (!mark) return tag === "mspace" && numbers ? mo("×") : [tag, attributes, content];
    const node = write(mark, numbers);
    return alone ? node : asFactor(node);
  };
  return fill(template, false);
}
