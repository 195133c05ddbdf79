/** The state as a NumPy script and as a case of `backlit explain`: each gives the page's numbers again. */
import { counted } from "./numbers.js";
import { NAMES } from "./program.js";
import { sizesOf } from "./state.js";
import { fusedPair } from "./sweeps.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./program.js").Program} Program
 */

/** @type {Record<string, string>} */
const SIGNS = {
  add: "+",
  subtract: "-",
  multiply: "*",
  divide: "/",
  pow: "**",
  less: "<",
  less_equal: "<=",
  greater: ">",
  greater_equal: ">=",
  equal: "==",
  logical_and: "&",
  logical_or: "|",
};

/** A recorded equation as a function of NumPy: what is used twice gets a name. @param {string} name
 * @param {string[]} inputs @param {Program} program */
export function functionOfProgram(name, inputs, program) {
  const uses = program.code.flatMap((entry) => (typeof entry === "number" ? [] : entry.slice(1)));
  const lines = [`def ${name}(${inputs.join(", ")}):`];
  const written = [...inputs];
  program.code.forEach((entry, i) => {
    const register = inputs.length + i;
    const text = typeof entry === "number" ? numberText(entry) : operationText(entry, written);
    const often = uses.filter((use) => use === register).length > 1 && typeof entry !== "number";
    if (often) lines.push(`    t${register} = ${bare(text)}`);
    written.push(often ? `t${register}` : text);
  });
  const result = written[program.result];
  const constant = typeof program.code[program.result - inputs.length] === "number";
  lines.push(`    return ${constant ? `np.full_like(${inputs[0]}, ${result})` : bare(result)}`);
  return lines.join("\n");
}

/** @param {number} value */
const numberText = (value) => (value < 0 ? `(${value})` : String(value));
/** Without the parentheses around all of it. @param {string} text */
const bare = (text) => (/^\([^()]*\)$/.test(text) ? text.slice(1, -1) : text);

/** @param {number[]} entry @param {string[]} written */
function operationText([number, ...registers], written) {
  const operation = NAMES[number];
  const operands = registers.map((register) => written[register]);
  if (operation in SIGNS) return `(${operands.join(` ${SIGNS[operation]} `)})`;
  if (operation === "negative") return `(-${operands[0]})`;
  if (operation === "sum" || operation === "max") return `np.${operation}(${bare(operands[0])}, axis=1, keepdims=True)`;
  return `np.${operation}(${operands.map(bare).join(", ")})`;
}

/** @param {Float64Array} values @param {number} columns */
function rowsText(values, columns) {
  const rows = counted(values.length / columns, (i) =>
    `[${[...values.subarray(i * columns, (i + 1) * columns)].join(", ")}]`,
  );
  return `[${rows.join(", ")}]`;
}

/** @param {any} tables @param {State} state */
export function numpyScript(tables, state) {
  const { layers, loss } = state.net;
  const sizes = sizesOf(state.net);
  const pair = fusedPair(tables, state.net);
  const lines = [
    "# One step of backpropagation, with the numbers of a page of backlit.",
    "import numpy as np",
    "",
    `X = np.array(${rowsText(state.X, sizes[0])}, dtype=float)`,
    `y = np.array(${rowsText(state.Y, sizes[sizes.length - 1])}, dtype=float)`,
    `learning_rate = ${state.rate}`,
    "weights = [",
    ...layers.map(({ weights, nOut }) => `    np.array(${rowsText(weights, nOut)}, dtype=float),`),
    "]",
    `biases = [${layers.map(({ biases, nOut }) => `np.array(${biases ? `[${[...biases].join(", ")}]` : `[0.0] * ${nOut}`}, dtype=float)`).join(", ")}]`,
    "",
    ...definitions(tables, state),
    "",
    "a, z = [X], []",
    "for W, b, f in zip(weights, biases, activations):",
    "    z.append(a[-1] @ W + b)",
    "    a.append(f(z[-1]))",
    pair ? "loss = loss_of(z[-1], y).sum() / len(X)" : "loss = loss_of(a[-1], y).sum() / len(X)",
    "",
    pair ? "error_term = -loss_gradient(z[-1], y)" : "error_term = backward[-1](z[-1], -loss_gradient(a[-1], y))",
    "error_terms = [error_term]",
    "for i in range(len(weights) - 1, 0, -1):",
    "    error_term = backward[i - 1](z[i - 1], error_term @ weights[i].T)",
    "    error_terms.insert(0, error_term)",
    "weight_steps = [learning_rate * a[i].T @ error_terms[i] / len(X) for i in range(len(weights))]",
    "bias_steps = [learning_rate * d.mean(axis=0) for d in error_terms]",
    "",
    `print("loss (${loss})", loss)`,
    'for i, (d, W) in enumerate(zip(error_terms, weight_steps), 1):',
    '    print(f"error terms of L{i}", d.tolist())',
    '    print(f"weight steps of L{i}", W.tolist())',
  ];
  return `${lines.join("\n")}\n`;
}

/** Every function that the script needs, once. @param {any} tables @param {State} state */
function definitions(tables, state) {
  const names = state.net.layers.map(({ activation }) => activation);
  const plain = (/** @type {string} */ name) => name.replace(/\W+/g, "_");
  const lines = [...new Set(names)].flatMap((name) => {
    const row = tables.activations[name];
    const back = row.derivative
      ? [functionOfProgram(`${plain(name)}_slope`, ["z"], row.derivative), "", "", `def ${plain(name)}_backward(z, error):`, `    return error * ${plain(name)}_slope(z)`]
      : [functionOfProgram(`${plain(name)}_backward`, ["z", "error"], row.backward)];
    return ["", functionOfProgram(plain(name), ["z"], row.value), "", "", ...back, ""];
  });
  const source = fusedPair(tables, state.net) ?? tables.losses[state.net.loss];
  const first = fusedPair(tables, state.net) ? "z" : "p";
  return [
    ...lines,
    "",
    functionOfProgram("loss_of", [first, "y"], source.value),
    "",
    "",
    functionOfProgram("loss_gradient", [first, "y"], source.gradient),
    "",
    "",
    `activations = [${names.map(plain).join(", ")}]`,
    `backward = [${names.map((name) => `${plain(name)}_backward`).join(", ")}]`,
  ];
}

/** The state as a case file. @param {State} state */
export function caseText(state) {
  const { layers, loss } = state.net;
  const sizes = sizesOf(state.net);
  const quoted = (/** @type {string} */ text) => JSON.stringify(text);
  const hidden = layers.slice(0, -1).map(({ activation }) => quoted(activation));
  const rows = (/** @type {Float64Array} */ values, /** @type {number} */ k) =>
    state.n === 1 ? `[${[...values].join(", ")}]` : rowsText(values, k);
  const lines = [
    `weights = [${layers.map(({ weights, nOut }) => rowsText(weights, nOut)).join(", ")}]`,
    layers.every(({ biases }) => biases) && `biases = [${layers.map(({ biases }) => `[${[...(biases ?? [])].join(", ")}]`).join(", ")}]`,
    hidden.length > 0 && `activation = [${hidden.join(", ")}]`,
    `output = ${quoted(layers[layers.length - 1].activation)}`,
    `loss = ${quoted(loss)}`,
    `input = ${rows(state.X, sizes[0])}`,
    `target = ${rows(state.Y, sizes[sizes.length - 1])}`,
    `learning_rate = ${state.rate}`,
  ];
  return `${lines.filter(Boolean).join("\n")}\n`;
}
