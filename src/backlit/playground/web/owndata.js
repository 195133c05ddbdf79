/** Where own data comes in: pasted, chosen as a file, or dropped on the page. */
import { drawnNet } from "./drawn.js";
import { h, replace } from "./dom.js";
import { samplesIn } from "./csv.js";
import { counted } from "./numbers.js";
import { asStart } from "./state.js";
import { CSV } from "./texts_of_views.js";

/**
 * @typedef {import("./state.js").State} State
 */

const WIDEST = 64;

/** A network for samples: hidden layers stay as they are, unless they are wide. @param {any} tables @param {State} state
 * @param {import("./csv.js").Samples} samples @returns {State} */
export function stateFor(tables, state, { X, Y, n, nIn, nOut, output, loss }) {
  const old = state.net.layers.slice(0, -1);
  const hidden = old.length ? old : [{ nOut: 8, activation: "tanh" }];
  const sizes = [nIn, ...hidden.map((layer) => Math.min(layer.nOut, WIDEST)), nOut];
  const names = [...hidden.map(({ activation }) => activation), output];
  const layers = counted(names.length, (i) => ({
    nIn: sizes[i],
    nOut: sizes[i + 1],
    weights: new Float64Array(0),
    biases: new Float64Array(0),
    activation: names[i],
  }));
  const net = drawnNet(tables, { layers, loss }, "", 0);
  return asStart({ ...state, net, X, Y, n, sample: 0, frozen: [] });
}

/** @param {HTMLElement} root where files may be dropped @param {HTMLElement} element
 * @param {{tables: any, state: () => State, open: (state: State) => void}} host */
export function ownData(root, element, { tables, state, open }) {
  const text = h("textarea", { rows: 5, spellcheck: "false", "aria-label": CSV.text, placeholder: CSV.example });
  const file = h("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv", "aria-label": CSV.file });
  const target = h("input", { type: "text" });
  const standard = h("input", { type: "checkbox" });
  standard.checked = true;
  const said = h("p", { role: "status", class: "effect" });
  const use = () => {
    const samples = samplesIn(text.value, target.value, standard.checked);
    if (typeof samples === "string") return replace(said, samples);
    open(stateFor(tables, state(), samples));
    return replace(said, samples.said);
  };
  const take = async (/** @type {File | undefined} */ chosen) => {
    if (!chosen) return;
    text.value = await chosen.text();
    details.open = true;
    use();
  };
  file.addEventListener("change", () => void take(file.files?.[0]));
  const form = h(
    "form",
    { submit: (/** @type {Event} */ event) => (event.preventDefault(), use()) },
    text,
    h("label", { class: "choice" }, h("span", {}, CSV.target), target),
    h("label", { class: "freeze" }, standard, ` ${CSV.standard}`),
    h("div", { class: "steps" }, h("button", { type: "submit" }, CSV.use), file),
    said,
  );
  const details = h("details", { class: "own-data" }, h("summary", {}, CSV.title), form);
  element.append(details);
  root.addEventListener("dragover", (event) => event.preventDefault());
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    void take(event.dataTransfer?.files[0]);
  });
}
