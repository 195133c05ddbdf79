/** A dialog with the state as a link, a script or a case, to be copied or saved. */
import { h, replace } from "./dom.js";
import { caseText, numpyScript } from "./scripts.js";
import { linkOf } from "./share.js";
import { button } from "./shell.js";
import { TEXTS } from "./texts.js";
import { HAND_ON } from "./texts_of_views.js";

/**
 * @typedef {import("./share.js").Linked} Linked
 * @typedef {keyof typeof HAND_ON.kinds} Kind
 */

const FILES = { link: "backlit-link.txt", numpy: "backlit_step.py", case: "backlit-case.toml" };

/** What is handed on, and what is to be said of it. @param {any} tables @param {Linked} linked @param {Kind} kind
 * @returns {[string, string]} */
function textOf(tables, linked, kind) {
  if (kind === "numpy") return [numpyScript(tables, linked.state), ""];
  if (kind === "case") return [caseText(linked.state), ""];
  const fragment = linkOf(linked);
  if (fragment === null) return ["", HAND_ON.tooLarge];
  // inside a notebook the page has no address of its own
  if (location.protocol === "about:") return [`#${fragment}`, HAND_ON.noAddress];
  return [`${location.href.split("#")[0]}#${fragment}`, ""];
}

/** @param {HTMLElement} root @param {any} tables @param {() => Linked} current @returns {() => void} opens it */
export function handOn(root, tables, current) {
  /** @type {Kind} */
  let kind = "link";
  const area = h("textarea", { readonly: true, rows: 12, spellcheck: "false", "aria-label": HAND_ON.title });
  const said = h("p", { role: "status", class: "aside" });
  const copy = () => {
    area.select();
    const copied = navigator.clipboard?.writeText(area.value) ?? Promise.reject(new Error());
    copied.then(() => replace(said, HAND_ON.copied)).catch(() => replace(said, HAND_ON.notCopied));
  };
  const buttons = [button(HAND_ON.copy, copy, "primary"), button(HAND_ON.save, () => save(FILES[kind], area.value))];
  const show = () => {
    const [text, words] = textOf(tables, current(), kind);
    area.value = text;
    replace(said, words);
    for (const each of buttons) each.setAttribute("aria-disabled", String(!text));
  };
  const kinds = Object.entries(HAND_ON.kinds).map(([value, words]) => h("option", { value }, words));
  const select = h("select", { "aria-label": HAND_ON.title }, ...kinds);
  select.addEventListener("change", () => {
    kind = /** @type {Kind} */ (select.value);
    show();
  });
  const dialog = h("dialog", { class: "hand-on", "aria-label": HAND_ON.title }, h("h2", {}, HAND_ON.title), select, area);
  dialog.append(h("div", { class: "steps" }, ...buttons, button(TEXTS.close, () => dialog.close())), said);
  root.append(dialog);
  return () => {
    show();
    dialog.showModal();
  };
}

/** @param {string} name @param {string} text */
function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const anchor = h("a", { href: url, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
