/**
 * Runs a recorded equation. The programs come from the tables of `equations/` (`record.py`): no derivative is
 * written here, only what each operation is.
 *
 * @typedef {{inputs: number, code: (number | number[])[], result: number}} Program constants, and operations: the
 *   place of a name in `NAMES`, and registers
 * @typedef {number | Float64Array} Register a constant, or n x k values, or one a row
 */

/** As `record.py` numbers them. */
export const NAMES = (
  "abs exp expm1 log log1p sign sqrt tanh add subtract multiply divide pow maximum minimum less less_equal greater " +
  "greater_equal equal logical_and logical_or sum max negative where units"
).split(" ");

/** @type {Record<string, (x: number) => number>} */
const ONE = {
  abs: Math.abs,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  negative: (x) => -x,
  sign: Math.sign,
  sqrt: Math.sqrt,
  tanh: Math.tanh,
};

/** @type {Record<string, (x: number, y: number) => number>} */
const TWO = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  divide: (x, y) => x / y,
  pow: (x, y) => x ** y,
  maximum: Math.max,
  minimum: Math.min,
  less: (x, y) => Number(x < y),
  less_equal: (x, y) => Number(x <= y),
  greater: (x, y) => Number(x > y),
  greater_equal: (x, y) => Number(x >= y),
  equal: (x, y) => Number(x === y),
  logical_and: (x, y) => Number(x !== 0 && y !== 0),
  logical_or: (x, y) => Number(x !== 0 || y !== 0),
};

/**
 * Run a program on arrays of n rows and k columns.
 *
 * @param {Program} program
 * @param {Float64Array[]} arrays
 * @param {number} n
 * @param {number} k
 * @returns {Float64Array} n x k values, or n where the program sums over columns
 */
export function run(program, arrays, n, k) {
  /** @type {Register[]} */
  const registers = [...arrays];
  for (const entry of program.code) {
    registers.push(typeof entry === "number" ? entry : operate(entry, registers, n, k));
  }
  const result = registers[program.result];
  return typeof result === "number" ? new Float64Array(n * k).fill(result) : result;
}

/**
 * @param {number[]} entry
 * @param {Register[]} registers
 * @param {number} n
 * @param {number} k
 * @returns {Register}
 */
function operate(entry, registers, n, k) {
  const name = NAMES[entry[0]];
  if (name === "units") return k;
  if (name === "sum" || name === "max") return reduce(name, registers[entry[1]], n, k);
  /** @type {Register[]} */
  const operands = [];
  let length = 0;
  for (let i = 1; i < entry.length; i++) {
    const operand = registers[entry[i]];
    operands.push(operand);
    if (typeof operand !== "number" && operand.length > length) length = operand.length;
  }
  if (!length) return scalar(name, /** @type {number[]} */ (operands));
  for (let i = 0; i < operands.length; i++) operands[i] = widened(operands[i], length, k);
  const out = new Float64Array(length);
  if (name in ONE) return each(out, ONE[name], /** @type {Float64Array} */ (operands[0]));
  if (name in TWO) return pairs(out, TWO[name], operands[0], operands[1]);
  return chosen(out, operands);
}

/** @param {string} name @param {number[]} values @returns {number} */
function scalar(name, values) {
  if (name in ONE) return ONE[name](values[0]);
  if (name in TWO) return TWO[name](values[0], values[1]);
  return values[0] !== 0 ? values[1] : values[2];
}

/** One value a row, written once a column where others have that many. @param {Register} operand
 * @param {number} length @param {number} k */
function widened(operand, length, k) {
  if (typeof operand === "number" || operand.length === length) return operand;
  return Float64Array.from({ length }, (_, i) => operand[Math.floor(i / k)]);
}

/** @param {Float64Array} out @param {(x: number) => number} f @param {Float64Array} a */
function each(out, f, a) {
  for (let i = 0; i < out.length; i++) out[i] = f(a[i]);
  return out;
}

/** @param {Float64Array} out @param {(x: number, y: number) => number} f @param {Register} a @param {Register} b */
function pairs(out, f, a, b) {
  if (typeof a === "number") {
    const other = /** @type {Float64Array} */ (b);
    for (let i = 0; i < out.length; i++) out[i] = f(a, other[i]);
  } else if (typeof b === "number") {
    for (let i = 0; i < out.length; i++) out[i] = f(a[i], b);
  } else {
    for (let i = 0; i < out.length; i++) out[i] = f(a[i], b[i]);
  }
  return out;
}

/** @param {Float64Array} out @param {Register[]} operands condition, then, else */
function chosen(out, [condition, a, b]) {
  /** @param {Register} r @param {number} i */
  const at = (r, i) => (typeof r === "number" ? r : r[i]);
  for (let i = 0; i < out.length; i++) out[i] = at(condition, i) !== 0 ? at(a, i) : at(b, i);
  return out;
}

/** Over columns: one value a row. @param {string} name @param {Register} operand @param {number} n @param {number} k */
function reduce(name, operand, n, k) {
  const join = name === "sum" ? TWO.add : Math.max;
  const out = new Float64Array(n).fill(name === "sum" ? 0 : -Infinity);
  for (let i = 0; i < n * k; i++) {
    const row = Math.floor(i / k);
    out[row] = join(out[row], typeof operand === "number" ? operand : operand[i]);
  }
  return out;
}
