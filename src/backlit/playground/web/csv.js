/** Own data: a CSV text as samples, and a network that takes them. It stays in the browser. */
import { counted } from "./numbers.js";
import { CSV } from "./texts_of_views.js";

/**
 * @typedef {{names: string[], rows: string[][]}} Table
 * @typedef {{X: Float64Array, Y: Float64Array, n: number, nIn: number, nOut: number, output: string, loss: string,
 *   said: string}} Samples
 */

const MOST_ROWS = 5000;
const MOST_COLUMNS = 200;
const MOST_CLASSES = 20;
/** Whole numbers of no more different values are classes. */
const FEW_VALUES = 10;
const CELL = /("(?:[^"]|"")*"|[^"\n]*?)(\n|$|SEPARATOR)/y;

/** @param {string} text @returns {Table} */
export function tableOf(text) {
  const plain = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n").trim();
  const first = plain.split("\n", 1)[0];
  const separator = ["\t", ";", ","].find((each) => first.includes(each)) ?? ",";
  const cell = new RegExp(CELL.source.replace("SEPARATOR", separator), "y");
  /** @type {string[][]} */
  const rows = [[]];
  for (let end = plain === ""; !end; ) {
    const found = cell.exec(plain);
    if (!found) throw new Error(CSV.quotes(rows.length));
    const [, raw, after] = found;
    rows[rows.length - 1].push(raw.startsWith('"') ? raw.slice(1, -1).replace(/""/g, '"') : raw.trim());
    end = after === "" && cell.lastIndex >= plain.length;
    if (after === "\n") rows.push([]);
  }
  // a decimal comma where commas do not separate
  const read = separator === "," ? rows : rows.map((row) => row.map((c) => c.replace(/^([-+]?\d*),(\d+)$/, "$1.$2")));
  const named = read[0].every((name) => !isNumber(name));
  const names = named ? read[0] : read[0].map((_, i) => CSV.column(i + 1));
  return { names, rows: read.slice(named ? 1 : 0) };
}

/** @param {string} text */
const isNumber = (text) => text !== "" && Number.isFinite(Number(text));

/** The samples in a text; the target is a column's name, or the last. @param {string} text @param {string} target
 * @param {boolean} standard whether inputs are brought to mean 0 and variance 1 @returns {Samples | string} or why not */
export function samplesIn(text, target, standard) {
  try {
    return samples(tableOf(text), target.trim(), standard);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @param {string} words @returns {never} */
function refuse(words) {
  throw new Error(words);
}

/** @param {Table} table @param {string} target @param {boolean} standard @returns {Samples} */
function samples({ names, rows }, target, standard) {
  const n = rows.length;
  if (n < 1 || names.length < 2) refuse(CSV.empty);
  if (n > MOST_ROWS || names.length > MOST_COLUMNS) refuse(CSV.tooLarge(MOST_ROWS, MOST_COLUMNS));
  const at = target === "" ? names.length - 1 : names.indexOf(target);
  if (at < 0) refuse(CSV.noColumn(target.slice(0, 40), names.slice(0, 8).join(", ")));
  rows.forEach((row, i) => row.length !== names.length && refuse(CSV.cells(i + 1, row.length, names.length)));
  const inputs = names.map((_, c) => c).filter((c) => c !== at);
  const X = Float64Array.from(rows.flatMap((row, i) => inputs.map((c) => numberIn(row[c], i, names[c]))));
  if (standard) standardize(X, inputs.length);
  const given = rows.map((row, i) => (row[at] === "" ? refuse(CSV.noNumber(i + 1, names[at], "")) : row[at]));
  const classes = [...new Set(given)].sort((a, b) => (isNumber(a) && isNumber(b) ? Number(a) - Number(b) : a < b ? -1 : 1));
  const known = { X, n, nIn: inputs.length };
  if (!areClasses(classes, n)) {
    const Y = Float64Array.from(given.map((cell, i) => numberIn(cell, i, names[at])));
    return { ...known, Y, nOut: 1, output: "identity", loss: "squared_error", said: CSV.number(n, inputs.length, names[at]) };
  }
  if (classes.length < 2 || classes.length > MOST_CLASSES) refuse(CSV.classes(classes.length, MOST_CLASSES));
  const said = CSV.classed(n, inputs.length, classes.join(", "));
  const ids = given.map((cell) => classes.indexOf(cell));
  if (classes.length === 2) return { ...known, Y: Float64Array.from(ids), nOut: 1, output: "sigmoid", loss: "log_loss", said };
  const Y = Float64Array.from(ids.flatMap((id) => counted(classes.length, (c) => Number(c === id))));
  return { ...known, Y, nOut: classes.length, output: "softmax", loss: "cross_entropy", said };
}

/** @param {string[]} values that differ @param {number} n */
function areClasses(values, n) {
  if (!values.every(isNumber)) return true;
  return values.length === 2 || (values.every((v) => Number.isInteger(Number(v))) && values.length <= FEW_VALUES && n >= 3 * values.length);
}

/** @param {string} cell @param {number} i @param {string} name */
const numberIn = (cell, i, name) => (isNumber(cell) ? Number(cell) : refuse(CSV.noNumber(i + 1, name, cell.slice(0, 30))));

/** Each column to mean 0 and variance 1, in place. @param {Float64Array} X @param {number} k */
export function standardize(X, k) {
  const n = X.length / k;
  for (let c = 0; c < k; c++) {
    const column = counted(n, (i) => X[i * k + c]);
    const mean = column.reduce((sum, x) => sum + x, 0) / n;
    const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n) || 1;
    column.forEach((x, i) => (X[i * k + c] = (x - mean) / deviation));
  }
}
