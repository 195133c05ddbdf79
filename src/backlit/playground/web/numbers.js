/** How numbers are printed, as in `explain/numbers.py`: three significant digits, two below 0.01. */

const SMALL = 0.01;
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** @param {number} value @param {number | null} digits */
function significant(value, digits) {
  return digits ?? (Math.abs(value) < SMALL ? 2 : 3);
}

/** @param {number} value @param {number | null} digits */
function decimals(value, digits) {
  const shown = significant(value, digits);
  return shown - 1 - Number(value.toExponential(shown - 1).split("e")[1]);
}

/** @param {string} text */
function trimmed(text) {
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return short === "-0" ? "0" : short;
}

/** A number with ASCII signs. @param {number} value @param {number | null} [digits] @returns {string} */
export function plainNumber(value, digits = null) {
  if (Number.isNaN(value)) return "NaN";
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? "0" : value > 0 ? "∞" : "-∞";
  const size = Math.abs(value);
  if (size >= 1e-6 && size < 1e15) return trimmed(value.toFixed(Math.min(100, Math.max(0, decimals(value, digits)))));
  const [mantissa, exponent] = value.toExponential(significant(value, digits) - 1).split("e");
  return `${trimmed(mantissa)}e${Number(exponent)}`;
}

/** @param {number} value @param {number | null} [digits] @returns {string} */
export function formatNumber(value, digits = null) {
  const [mantissa, exponent] = plainNumber(value, digits).split("e");
  const power = exponent === undefined ? "" : `×10${superscript(exponent)}`;
  return mantissa.replace("-", "−") + power;
}

/** With a power of ten where zeros would make it long. @param {number} value @param {number} digits */
export function shortNumber(value, digits) {
  if (value === 0 || Math.abs(value) >= 1e-4 || !Number.isFinite(value)) return formatNumber(value, digits);
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  return `${trimmed(mantissa).replace("-", "−")}×10${superscript(String(Number(exponent)))}`;
}

/** @param {string} text */
function superscript(text) {
  return [...text].map((c) => (c === "-" ? "⁻" : SUPERSCRIPTS[Number(c)])).join("");
}

/** With its sign, also where it is positive. @param {number} value @param {number | null} [digits] */
export function signed(value, digits = null) {
  const text = formatNumber(value, digits);
  return value > 0 ? `+${text}` : text;
}

/** As many digits of a total as show the small part that made it. @param {number} total @param {number} part
 * @param {number | null} [digits] @returns {number | null} */
export function digitsToShow(total, part, digits = null) {
  if (total === 0 || part === 0 || !Number.isFinite(total) || !Number.isFinite(part)) return digits;
  const wanted = decimals(part, digits) + 1 + Math.floor(Math.log10(Math.abs(total)));
  return Math.min(17, Math.max(wanted, significant(total, digits)));
}

/** @param {number} share @returns {string} */
export function percent(share) {
  if (!Number.isFinite(share)) return "–";
  const size = 100 * share;
  const text = size !== 0 && Math.abs(size) < 0.995 ? size.toFixed(1) : size.toFixed(0);
  return `${text.replace("-", "−")}\u00a0%`;
}

/** What is made of 0 to n - 1. @template T @param {number} n @param {(i: number) => T} make @returns {T[]} */
export function counted(n, make) {
  return Array.from({ length: n }, (_, i) => make(i));
}
