/** Every word of the page, in one place, so that it can speak another language. */

/** @param {number} n @param {string} one @param {string} [many] */
export const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

/** @param {number} n samples */
const meanLossOf = (n) => (n > 1 ? `mean loss over the ${n} samples` : "loss");

export const TEXTS = {
  views: { step: "Step through", train: "Train", ask: "Be asked", compare: "Compare" },
  view: "View",
  ownNetwork: "This network",
  undo: "Undo",
  redo: "Redo",
  rewind: "Back to the start",
  taken: "The other network is this one now.",
  help: "Keys",
  handOn: "Hand on",
  theme: { auto: "Theme: auto", light: "Theme: light", dark: "Theme: dark" },
  first: "First",
  back: "Back",
  next: "Next",
  last: "Last",
  play: "Play",
  pause: "Pause",
  close: "Close",
  /** @param {number} i @param {number} n */
  place: (i, n) => `Step ${i} of ${n}`,
  symbols: "In symbols",
  numbers: "In numbers",
  /** @param {number} n */
  moreLines: (n) => `and ${n} more; choose a unit or a weight in the drawing to see its own`,
  forward: "forward",
  backward: "backward",
  changing: "Change",
  nothingChosen: "Choose a unit, a weight, an input or the target in the drawing to see its own equation and change it.",
  goTo: "Go to",
  /** @param {string} sizes @param {string} names @param {string} loss @param {boolean} biased @param {number} n */
  network: (sizes, names, loss, biased, n) =>
    `Network ${sizes}: ${names}; loss ${loss}${biased ? "" : "; no biases"}; ${n} parameters`,
  another: "Another network",
  opened: (/** @type {string} */ sizes) => `Now a network ${sizes}.`,
  frozen: "Frozen: no step moves it",
  frozenNow: (/** @type {boolean} */ still) => (still ? "Frozen." : "Free again."),
  frozenMark: "frozen",
  noPlace: "An address is needed such as L1.u2, L1.w[2,1] or L1.b[1].",
  activationOf: (/** @type {string} */ where) => `Activation of ${where}`,
  loss: "Loss",
  /** @param {number} n */
  lossOf: (n) => (n > 1 ? "Loss of this sample" : "Loss"),
  sample: "Sample",
  ofSamples: (/** @type {number} */ n) => `of ${n}`,
  table: "The same as a table",
  tableUnits: "Units",
  tableWeights: "Weights and biases",
  columns: {
    place: "Place",
    sum: "sum h",
    activation: "activation",
    slope: "slope f′(h)",
    error: "error",
    errorTerm: "error term δ",
    value: "value",
    gradient: "gradient of the loss",
    step: "step Δ",
    next: "after the step",
  },
  notYet: "–",
  shrinking: "How much error arrives",
  shrinkingSays:
    "Root mean square of each layer's error terms. A line marks the most that the slopes alone would let through.",
  /** @param {string} factor @param {string} above @param {string} bound */
  shrunk: (factor, above, bound) => `×${factor} of ${above}${bound && `; slope at most ${bound}`}`,
  drawing: "The network. Arrow keys move between units and layers; Enter goes on to a unit's weights, Escape back.",
  coverage: "Of a large layer the units with the largest activation times error term are drawn, of inputs the largest; the percentage is the others' share.",
  images: "As images",
  imagesSay: "The input, and the weights into the first layer's units that matter most: blue adds, brown takes away.",
  sampleImage: "the input as an image",
  weightsInto: (/** @type {string} */ unit) => `the weights into ${unit} as an image`,
  legend: "Dashed lines are negative weights, thick ones are large.",
  hidden: (/** @type {number} */ n) => `… ${n} more`,
  inputs: "inputs",
  /** @param {number} l @param {number} last */
  layer: (l, last) => (l === last ? "output layer" : last === 2 ? "hidden layer" : `hidden layer ${l}`),
  unitHas: {
    input: (/** @type {string} */ at) => `input ${at}`,
    target: "target",
    activation: "activation",
    errorTerm: (/** @type {string} */ v) => `error term ${v}`,
    weight: (/** @type {string} */ at, /** @type {string} */ name, /** @type {string} */ v) =>
      `weight ${at}, ${name} is ${v}`,
    unknown: "not computed yet",
  },
  /** @param {string} name @param {string} before @param {string} after */
  changed: (name, before, after) => `${name}: ${before} → ${after}.`,
  /** @param {string} before @param {string} after @param {string} change @param {number} n */
  lossChanged: (before, after, change, n) => `${n > 1 ? "Mean loss" : "Loss"} ${before} → ${after} (${change}).`,
  promised: (/** @type {string} */ change) => `The gradient promised ${change}.`,
  /** @param {string | null} low @param {string | null} high */
  refused: (low, high) => {
    if (low === null || high === null) return `A number ${low === null ? `up to ${high}` : `from ${low}`} is needed here.`;
    return `A number from ${low} to ${high} is needed here.`;
  },
  rateRefused: "The learning rate must be above 0.",
  notANumber: "A number is needed here.",
  notFinite: (/** @type {string} */ what) =>
    `${what} is no finite number any more. Smaller weights, inputs or a smaller learning rate keep it finite.`,
  sumInto: (/** @type {number} */ l) => `The sum into L${l}`,
  activationIn: (/** @type {number} */ l) => `The activation of L${l}`,
  errorTermOf: (/** @type {number} */ l) => `The error term of L${l}`,
  theLoss: "The loss",
  dead: (/** @type {string} */ where, /** @type {number} */ n) =>
    `${count(n, "unit")} of ${where} ${n === 1 ? "has" : "have"} slope 0 here: nothing flows back through ` +
    `${n === 1 ? "it" : "them"}, and ${n === 1 ? "its" : "their"} weights do not move.`,
  keys: [
    ["→ or n", "next step"],
    ["← or b", "step back"],
    ["Home, End", "first, last step"],
    ["p", "play, pause"],
    ["Ctrl+Z, Ctrl+Y", "undo, redo"],
    ["r", "back to the start"],
    ["1, 2, 3, 4", "step through, train, be asked, compare"],
    ["arrows in the drawing", "between units and layers"],
    ["Enter, Escape in the drawing", "to a unit's weights, and to the number to change; back"],
    ["?", "this list"],
  ],
};

/** What each step does, in a sentence or two, with this step's numbers where they help. */
export const SENTENCES = {
  /** @param {string} inputs @param {string} outputs @param {string} target */
  start: (inputs, outputs, target) =>
    `The values go in at the bottom (${inputs}), and the prediction ${outputs} comes out at the top. ` +
    `It should be ${target}. First the values go up; then the error goes down, and tells each weight how to change.`,
  /** @param {boolean} biases */
  sum: (biases) =>
    "Each value below is multiplied by the weight of its line; the products are added" +
    (biases ? ", and the bias with them." : "."),
  /** @param {string} name @param {boolean} last */
  activation: (name, last) =>
    `The sum goes through the activation function, ${name}. ` +
    (last ? "What comes out is the prediction ŷ." : "What comes out is what the next layer is given."),
  softmax: "Softmax turns the sums into shares: each is positive, and together they make 1. They are the prediction ŷ.",
  /** @param {string} name @param {number} n @param {string} mean */
  loss: (name, n, mean) =>
    `The loss (${name}) says in one number how wrong the prediction is. ` +
    (n > 1 ? `This is one sample's; learning makes the mean over the ${n} samples smaller, now ${mean}.` : "Learning makes it smaller."),
  error: "Now back. The error says which way, and how far, the prediction should move.",
  outputTerm:
    "The error times the slope f′(h): how far the prediction moves when its sum moves a little. " +
    "Where the activation is flat, the slope is near 0 and little of the error gets through.",
  softmaxTerm:
    "The outputs of softmax hang together: when one rises, the others fall. So each error is taken less their average.",
  /** @param {string} output @param {string} loss */
  fusedTerm: (output, loss) =>
    `With ${output} and ${loss} together the slope cancels: the error term is the plain difference.`,
  hiddenTerm:
    "The error terms above come down the way the values went up, each times the weight of its line; what arrives is " +
    "multiplied by this unit's own slope f′\u2060(h). That is its share of the blame.",
  /** @param {number} n */
  steps: (n) =>
    "Each weight's step is the learning rate times the error term at its upper end times the value at its lower end" +
    (n > 1 ? `, averaged over the ${n} samples.` : ".") +
    " A weight that carried a large value to a unit with a large error moves most.",
  /** @param {string} before @param {string} after @param {number} n */
  updated: (before, after, n) =>
    `The steps are added to the weights. With the new weights the ${meanLossOf(n)} is ${after}; it was ${before}.`,
};

export const TITLES = {
  start: "What is given",
  /** @param {string} where */
  sum: (where) => `Sum into the ${where}`,
  /** @param {string} where */
  activation: (where) => `Activation of the ${where}`,
  loss: "Loss",
  error: "Error at the output",
  outputTerm: "Output error term",
  /** @param {number} l @param {number} last */
  hiddenTerm: (l, last) => (last === 2 ? "Hidden error term" : `Hidden error term of layer ${l}`),
  /** @param {string} where */
  steps: (where) => `Steps of the weights into the ${where}`,
  updated: "New weights",
};
