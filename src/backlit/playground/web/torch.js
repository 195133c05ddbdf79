/** The state as a PyTorch script: its gradients come of autograd, and are the page's. */
import { functionOfProgram, held, plainName, rowsText } from "./scripts.js";
import { sizesOf } from "./state.js";
import { fusedPair } from "./sweeps.js";

/**
 * @typedef {import("./state.js").State} State
 */

/** What PyTorch has itself, by the part of a name before its parameter. @type {Record<string, (p: string) => string>} */
const OWN = {
  identity: () => "z",
  sigmoid: () => "torch.sigmoid(z)",
  tanh: () => "torch.tanh(z)",
  relu: () => "torch.relu(z)",
  leaky_relu: (p) => `F.leaky_relu(z, ${p || "0.01"})`,
  elu: (p) => `F.elu(z, ${p || "1.0"})`,
  selu: () => "F.selu(z)",
  gelu: () => "F.gelu(z)",
  silu: () => "F.silu(z)",
  mish: () => "F.mish(z)",
  softmax: () => "torch.softmax(z, dim=1)",
};

/** @param {any} tables @param {string} name of an activation */
function activationText(tables, name) {
  const [, base, parameter = ""] = /^(\w+)(?:\(([\d.]+)\))?$/.exec(name) ?? [];
  if (base in OWN) return [`def ${plainName(name)}(z):`, `    return ${OWN[base](parameter)}`].join("\n");
  return functionOfProgram(plainName(name), ["z"], tables.activations[name].value, "torch");
}

const LAYERS = [
  "layers = []",
  "for W, b in zip(weights, biases):",
  "    layer = torch.nn.Linear(*W.shape, bias=b is not None)",
  "    with torch.no_grad():",
  "        layer.weight.copy_(W.T)",
  "        if b is not None:",
  "            layer.bias.copy_(b)",
  "    layers.append(layer)",
  "",
];

/** @param {any} tables @param {State} state */
export function torchScript(tables, state) {
  const { layers, loss } = state.net;
  const sizes = sizesOf(state.net);
  const pair = fusedPair(tables, state.net);
  const names = layers.map(({ activation }) => activation);
  const lines = [
    "# One step of backpropagation by PyTorch's autograd, with the numbers of a page of backlit.",
    "import torch",
    "import torch.nn.functional as F",
    "",
    "torch.set_default_dtype(torch.float64)",
    `X = torch.tensor(${rowsText(state.X, sizes[0])}, dtype=torch.float64)`,
    `y = torch.tensor(${rowsText(state.Y, sizes[sizes.length - 1])}, dtype=torch.float64)`,
    `learning_rate = ${state.rate}`,
    "weights = [",
    ...layers.map(({ weights, nOut }) => `    torch.tensor(${rowsText(weights, nOut)}, dtype=torch.float64),`),
    "]",
    `biases = [${layers.map(({ biases }) => (biases ? `torch.tensor([${[...biases].join(", ")}], dtype=torch.float64)` : "None")).join(", ")}]`,
    ...LAYERS,
    ...[...new Set(names)].flatMap((name) => ["", activationText(tables, name), ""]),
    "",
    functionOfProgram("loss_of", [pair ? "z" : "p", "y"], (pair ?? tables.losses[loss]).value, "torch"),
    "",
    "",
    `activations = [${names.map(plainName).join(", ")}]`,
    "a, z = X, []",
    "for layer, f in zip(layers, activations):",
    "    z.append(layer(a))",
    "    z[-1].retain_grad()",
    "    a = f(z[-1])",
    `loss = loss_of(${pair ? "z[-1]" : "a"}, y).sum() / len(X)`,
    "loss.backward()",
    "",
    "error_terms = [-len(X) * each.grad for each in z]",
    "weight_steps = [-learning_rate * layer.weight.grad.T for layer in layers]",
    ...held(state),
    "",
    `print("loss (${loss})", loss.item())`,
    "for i, (d, W) in enumerate(zip(error_terms, weight_steps), 1):",
    '    print(f"error terms of L{i}", d.tolist())',
    '    print(f"weight steps of L{i}", W.tolist())',
  ];
  return `${lines.join("\n")}\n`;
}
