/** The state as a NumPy script, which gives the page's numbers again. */
import { counted } from "./numbers.js";
import { NAMES } from "./program.js";
import { placeOf, sizesOf } from "./state.js";
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

/** A recorded equation as a function of NumPy, or of PyTorch: what is used twice gets a name. @param {string} name
 * @param {string[]} inputs @param {Program} program @param {"np" | "torch"} [library] */
export function functionOfProgram(name, inputs, program, library = "np") {
  const uses = program.code.flatMap((entry) => (typeof entry === "number" ? [] : entry.slice(1)));
  const lines = [`def ${name}(${inputs.join(", ")}):`];
  const written = [...inputs];
  program.code.forEach((entry, i) => {
    const register = inputs.length + i;
    const text = typeof entry === "number" ? numberText(entry) : operationText(entry, written, library);
    const often = uses.filter((use) => use === register).length > 1 && typeof entry !== "number";
    if (often) lines.push(`    t${register} = ${bare(text)}`);
    written.push(often ? `t${register}` : text);
  });
  const result = written[program.result];
  const constant = typeof program.code[program.result - inputs.length] === "number";
  lines.push(`    return ${constant ? `${library}.full_like(${inputs[0]}, ${result})` : bare(result)}`);
  return lines.join("\n");
}

/** @param {number} value */
const numberText = (value) => (value < 0 ? `(${value})` : String(value));
/** Without the parentheses around all of it. @param {string} text */
const bare = (text) => (/^\([^()]*\)$/.test(text) ? text.slice(1, -1) : text);

/** @param {number[]} entry @param {string[]} written @param {"np" | "torch"} library */
function operationText([number, ...registers], written, library) {
  const operation = NAMES[number];
  const operands = registers.map((register) => written[register]);
  if (operation in SIGNS) return `(${operands.join(` ${SIGNS[operation]} `)})`;
  if (operation === "negative") return `(-${operands[0]})`;
  if (operation === "sum" || operation === "max") {
    const name = library === "torch" && operation === "max" ? "amax" : operation;
    return `${library}.${name}(${bare(operands[0])}, ${library === "torch" ? "dim=1, keepdim" : "axis=1, keepdims"}=True)`;
  }
  const given = operands.map(bare);
  // PyTorch's take no numbers
  const tensors = library === "torch" && /^(max|min)imum$|^(abs|exp|log|sign|sqrt|tanh|expm1|log1p)$/.test(operation);
  return `${library}.${operation}(${(tensors ? given.map((text) => (isNumber(text) ? `torch.tensor(${text})` : text)) : given).join(", ")})`;
}

/** @param {string} text */
const isNumber = (text) => Number.isFinite(Number(text.replace(/[()]/g, "")));

/** @param {Float64Array} values @param {number} columns */
export function rowsText(values, columns) {
  const rows = counted(values.length / columns, (i) =>
    `[${[...values.subarray(i * columns, (i + 1) * columns)].join(", ")}]`,
  );
  return `[${rows.join(", ")}]`;
}

/** A function's name in Python. @param {string} name */
export const plainName = (name) => name.replace(/\W+/g, "_");

/** What is frozen takes no step. @param {State} state */
export const held = ({ frozen }) =>
  frozen.flatMap((address) => {
    const place = placeOf(address);
    if (place?.kind === "weight") return [`weight_steps[${place.layer - 1}][${place.input}, ${place.unit}] = 0.0  # frozen`];
    return [`# ${address} is frozen`];
  });

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
    ...held(state),
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
  const lines = [...new Set(names)].flatMap((name) => {
    const row = tables.activations[name];
    const back = row.derivative
      ? [functionOfProgram(`${plainName(name)}_slope`, ["z"], row.derivative), "", "", `def ${plainName(name)}_backward(z, error):`, `    return error * ${plainName(name)}_slope(z)`]
      : [functionOfProgram(`${plainName(name)}_backward`, ["z", "error"], row.backward)];
    return ["", functionOfProgram(plainName(name), ["z"], row.value), "", "", ...back, ""];
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
    `activations = [${names.map(plainName).join(", ")}]`,
    `backward = [${names.map((name) => `${plainName(name)}_backward`).join(", ")}]`,
  ];
}
