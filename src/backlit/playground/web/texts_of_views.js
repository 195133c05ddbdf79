/** The words of the views beside the first, and of what comes in and goes out. */
import { count } from "./texts.js";

export const TRAIN = {
  title: "Training",
  run: "Run",
  pause: "Pause",
  step: "One step",
  epoch: "One epoch",
  epochs: "epochs",
  lossCurve: (/** @type {number} */ n) => (n > 1 ? "Loss, mean over the samples" : "Loss"),
  logarithmic: "logarithmic",
  termCurves: "Size of the error terms, by layer",
  surface: "What it predicts",
  optimizer: "Optimizer",
  batch: "Samples a step",
  speed: "Speed",
  settings: /** @type {Record<string, string>} */ ({
    learning_rate: "Learning rate η",
    momentum: "Momentum μ",
    beta_1: "β₁",
    beta_2: "β₂",
    epsilon: "ε",
  }),
  after: (/** @type {number} */ epoch) => `After ${count(epoch, "epoch")}.`,
  /** @param {number} epoch @param {string} loss @param {number} n */
  state: (epoch, loss, n) => `${count(epoch, "epoch")}, ${n > 1 ? "mean loss" : "loss"} ${loss}.`,
  right: (/** @type {string} */ share) => `${share} of the samples right.`,
  broken: (/** @type {string} */ what) =>
    `${what} is no finite number any more: the steps were too long. Undo, and take a smaller learning rate.`,
  dead: (/** @type {string} */ where, /** @type {number} */ n) =>
    `${count(n, "unit")} of ${where} ${n === 1 ? "has" : "have"} slope 0 for every sample and cannot learn any more.`,
  saturated: (/** @type {string} */ where, /** @type {number} */ n) =>
    `${count(n, "unit")} of ${where} ${n === 1 ? "is" : "are"} saturated: nearly flat for every sample.`,
  vanishing: (/** @type {string} */ share) =>
    `The error terms vanish: L1 receives ${share} of what the output has, so its weights hardly move.`,
};

export const CSV = {
  title: "Own data (CSV)",
  text: "CSV text",
  file: "CSV file",
  example: "x1,x2,class\n0.5,1.2,red\n…",
  target: "Target column (else the last)",
  standard: "Bring inputs to mean 0 and variance 1",
  use: "Use this data",
  column: (/** @type {number} */ i) => `column ${i}`,
  empty: "A table is needed: a row a sample, at least one input and a target.",
  /** @param {number} rows @param {number} columns */
  tooLarge: (rows, columns) => `That is too large for the page: at most ${rows} rows and ${columns} columns.`,
  quotes: (/** @type {number} */ row) => `Line ${row}: a quotation mark is not closed, or text follows it.`,
  /** @param {string} name @param {string} names */
  noColumn: (name, names) => `There is no column '${name}'; there are ${names}.`,
  /** @param {number} row @param {number} got @param {number} expected */
  cells: (row, got, expected) => `Row ${row} has ${count(got, "cell")}, the first line ${expected}.`,
  /** @param {number} row @param {string} name @param {string} cell */
  noNumber: (row, name, cell) => `Row ${row}, ${name}: ${cell === "" ? "the cell is empty" : `'${cell}' is no number`}.`,
  /** @param {number} n @param {number} most */
  classes: (n, most) => `The target has ${count(n, "different value")}; 2 to ${most} classes, or numbers, are needed.`,
  /** @param {number} n @param {number} k @param {string} name */
  number: (n, k, name) => `${count(n, "row")}, ${count(k, "input")}; the target ${name} is a number.`,
  /** @param {number} n @param {number} k @param {string} classes */
  classed: (n, k, classes) => `${count(n, "row")}, ${count(k, "input")}; classes: ${classes}.`,
};

export const BUILD = {
  example: "Example",
  none: "choose one",
  sizes: "Sizes",
  seed: "Seed",
  draw: "Draw weights",
  refused: "Sizes are whole numbers from 1 to 1000 such as 2-3-1, of at most 20 layers; the seed is a whole number.",
  tooLarge: "That would be more than 200,000 weights.",
  targets: "The targets would not fit these outputs; choose another output activation or loss first.",
};

const SIDES = ["this network", "the other"];

export const COMPARE = {
  sides: SIDES,
  short: ["this", "other"],
  activation: "Hidden activation of the other",
  ofWeights: "Its weights",
  weights: { usual: "usual for its activation", same: "the same numbers" },
  seed: "Seed",
  times: "Weights times",
  ofInputs: "Its inputs",
  inputs: { same: "as they are", standard: "at mean 0 and variance 1", large: "a hundredfold" },
  again: "Begin again",
  take: "Take the other",
  bars: "How much error arrives at each layer",
  layer: "Layer",
  /** @param {number} i @param {string} activation */
  side: (i, activation) => `${COMPARE.short[i]}: ${activation}`,
  /** @param {string} low @param {string} high */
  logarithmic: (low, high) => `Root mean square of the error terms, logarithmic: from ${low} to ${high}.`,
  linear: "Root mean square of the error terms.",
  /** @param {number} i @param {string} loss @param {string} right @param {string} share */
  state: (i, loss, right, share) =>
    `${i ? "The other" : "This network"}: loss ${loss}${right && `, ${right} right`}${share && `; L1 receives ${share} of the output's error term`}.`,
};

export const LINK = {
  tooLong: "The link is too long; the page shows its own network.",
  /** @param {string} why */
  refused: (why) => `The link holds no network that this page can show (${why}); the page shows its own.`,
  sizes: "sizes must be whole numbers such as 2-3-1",
  /** @param {string} key @param {number} n */
  count: (key, n) => `${key} must have ${n} values`,
  unknown: (/** @type {string} */ given) => `there is no function '${given.slice(0, 30)}'`,
  unfit: "the loss and the activations do not fit",
  samples: "x and y do not make whole samples",
  targets: "a target lies where the output or the loss cannot take it",
  rate: "the learning rate must be above 0",
  frozen: "what is frozen must be addresses such as L1.w[2,1]",
  numbers: (/** @type {string} */ key) => `${key} must be finite numbers`,
};

export const HAND_ON = {
  title: "Hand on",
  kinds: {
    link: "Link to this page",
    numpy: "NumPy script",
    torch: "PyTorch script",
    case: "Case for backlit explain",
    json: "All numbers as JSON",
    asked: "What was asked, as JSON",
    svg: "Drawing as SVG",
    png: "Drawing as PNG",
  },
  json: "bl.Trace.from_json reads it.",
  asked: "Each question of Be asked, and whether it was answered by oneself or shown.",
  png: "A picture can be saved as a file.",
  notFinite: "A number is not finite, and JSON has no such number.",
  tooLarge: "This is too large for a link: more than 1000 numbers. The script and the case hold it.",
  noAddress: "In a notebook the page has no address: put this after the address of the page saved as a file.",
  copy: "Copy",
  copied: "Copied.",
  notCopied: "The browser did not allow it; copy the text by hand.",
  save: "Save as a file",
};

export const TEACH = {
  title: "Hide from learners",
  says: "The link keeps it; it is a help, no lock: a link can be read and changed.",
  parts: /** @type {Record<string, string>} */ ({
    train: "the view Train",
    ask: "the view Be asked",
    compare: "the view Compare",
    step: "the view Step through",
    numbers: "changing numbers, functions and data",
    answers: "Show the answer",
    bars: "how much error arrives",
    table: "the table",
    tools: "undo, back to the start, hand on",
  }),
};

export const ASK = {
  /** @param {number} i @param {number} n */
  place: (i, n) => `Question ${i} of ${n}`,
  /** @param {string} name @param {string} address */
  question: (name, address) => `How much is ${name}?${address === "loss" ? "" : ` (${address})`}`,
  answer: "Your answer",
  check: "Check",
  show: "Show the answer",
  again: "Begin again",
  formula: "The formula",
  right: "Right.",
  shown: (/** @type {string} */ value) => `It is ${value}.`,
  notYet: "Not yet.",
  noNumber: "That is no number; write it as 0.12 or 1.2e-3.",
  or: "Or:",
  sign: "The size is right; look at the sign.",
  hint: "Open the formula, and put this step's numbers in.",
  /** @param {number} own @param {number} n */
  done: (own, n) => `That was all: ${own} of ${n} by yourself.`,
  /** @param {number} own @param {number} n */
  score: (own, n) => `${own} of ${n} by yourself so far.`,
  asked: "What is asked",
  kinds: { sum: "sums", activation: "activations", loss: "loss", error: "errors", term: "error terms", steps: "weight steps", updated: "new weights" },
  nothing: "Nothing is chosen, or its formulas have too many terms to be asked.",
  rounding: "Rounded answers are taken: two digits are enough.",
};
