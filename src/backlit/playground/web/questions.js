/** What is asked, and what an answer is worth: right within rounding, or a number that a known mistake gives. */
import { isWhole } from "./formula.js";
import { linesOfStep } from "./steps.js";

/**
 * @typedef {import("./state.js").View} View
 * @typedef {import("./state.js").Place} Place
 * @typedef {import("./steps.js").Step} Step
 * @typedef {{step: number, kind: Step["kind"], line: import("./lines.js").Line, general: import("./lines.js").Line}} Question
 * @typedef {{values: Record<string, [number, number][]>, words: string[][]}} Mistakes
 * @typedef {{verdict: "right" | "sign" | "mistake" | "wrong" | "none", words: string[][]}} Judged `words`: of the
 *   mistakes that give this number, at most two
 */

const MOST_A_STEP = 4;
/** As far as rounding every line on paper may lead. */
const ROUNDING = 0.02;

/** A line whose formula has hidden terms cannot be computed on paper: it is not asked.
 * @param {View} view @param {Step[]} steps @param {Set<string>} kinds @returns {Question[]} */
export function questionsOf(view, steps, kinds) {
  return steps.flatMap((step, i) => {
    if (!kinds.has(step.kind)) return [];
    const [general] = linesOfStep(view, step, true, 1).lines;
    const lines = linesOfStep(view, step, false, MOST_A_STEP).lines.filter(({ formula }) => isWhole(formula));
    return lines.map((line) => ({ step: i, kind: step.kind, line, general }));
  });
}

/** A number as people write it, or NaN. @param {string} text */
export function typedNumber(text) {
  const plain = text.trim().replace(/[−–]/g, "-").replace(/,/g, ".").replace(/\s*[×x*]\s*10\s*\^?\s*/, "e");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}

/** How far a rounded number may be off: half of its last digit, where it has two. @param {string} text */
function halfDigit(text) {
  const [mantissa, exponent = "0"] = text.trim().replace(",", ".").toLowerCase().split("e");
  const digits = mantissa.replace(/[^\d]/g, "").replace(/^0+/, "");
  const decimals = mantissa.includes(".") ? mantissa.split(".")[1].length : 0;
  return digits.length >= 2 ? 0.5 * 10 ** (Number(exponent) - decimals) : 0;
}

/** @param {number} typed @param {number} value @param {number} half */
const near = (typed, value, half) =>
  Math.abs(typed - value) <= Math.max(ROUNDING * Math.abs(value), Math.abs(value) > half ? half : 0, 1e-12);

/** @param {string} text @param {Question} question @param {Mistakes} mistakes @returns {Judged} */
export function judged(text, { kind, line }, mistakes) {
  const typed = typedNumber(text);
  if (Number.isNaN(typed)) return { verdict: "none", words: [] };
  const half = halfDigit(text);
  if (near(typed, line.value, half)) return { verdict: "right", words: [] };
  const known = mistakes.values[`${kind === "steps" ? "step" : kind} ${line.address}`] ?? [];
  const fitting = known.filter(([value]) => near(typed, value, half));
  const off = (/** @type {number} */ value) => Math.round(Math.abs(value - typed) / (Math.abs(typed) * 1e-3 || 1));
  fitting.sort(([a], [b]) => off(a) - off(b));
  const words = [...new Set(fitting.filter(([v]) => off(v) === off(fitting[0][0])).map(([, i]) => i))];
  if (words.length) return { verdict: "mistake", words: words.slice(0, 2).map((i) => mistakes.words[i]) };
  return { verdict: near(-typed, line.value, half) ? "sign" : "wrong", words: [] };
}
