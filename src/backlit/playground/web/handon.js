/** A dialog with the state as a link, a script or a case, to be copied or saved. */
import { h, replace } from "./dom.js";
import { askedText, caseText, traceText } from "./files.js";
import { pngOf, svgText } from "./picture.js";
import { numpyScript } from "./scripts.js";
import { linkOf } from "./share.js";
import { button } from "./shell.js";
import { lineOf } from "./names.js";
import { torchScript } from "./torch.js";
import { TEXTS } from "./texts.js";
import { HAND_ON, TEACH } from "./texts_of_views.js";

/**
 * @typedef {import("./share.js").Linked} Linked
 * @typedef {import("./state.js").View} View
 * @typedef {keyof typeof HAND_ON.kinds} Kind
 */

const FILES = {
  link: "backlit-link.txt",
  numpy: "backlit_step.py",
  torch: "backlit_torch.py",
  case: "backlit-case.toml",
  json: "backlit-trace.json",
  asked: "backlit-asked.json",
  svg: "backlit.svg",
  png: "backlit.png",
};

/** What is handed on, and what is to be said of it. @param {View} view @param {Linked} linked @param {Kind} kind
 * @param {Element} drawing @returns {[string, string]} */
function textOf(view, linked, kind, drawing) {
  const { state, tables } = view;
  if (kind === "numpy") return [numpyScript(tables, state), ""];
  if (kind === "torch") return [torchScript(tables, state), ""];
  if (kind === "case") return [caseText(state), ""];
  if (kind === "asked") return [askedText(view, linked.asked, linked.done), HAND_ON.asked];
  if (kind === "svg" || kind === "png") return [svgText(drawing, lineOf(state.net)), kind === "png" ? HAND_ON.png : ""];
  if (kind === "json") {
    const text = traceText(view);
    return [text ?? "", text === null ? HAND_ON.notFinite : HAND_ON.json];
  }
  const fragment = linkOf(linked);
  if (fragment === null) return ["", HAND_ON.tooLarge];
  // inside a notebook the page has no address of its own
  if (location.protocol === "about:") return [`#${fragment}`, HAND_ON.noAddress];
  return [`${location.href.split("#")[0]}#${fragment}`, ""];
}

/** What a teacher may hide. @param {Set<string>} hidden @param {() => void} show */
function hider(hidden, show) {
  const boxes = Object.entries(TEACH.parts).map(([part, words]) => {
    const box = h("input", { type: "checkbox" });
    box.addEventListener("change", () => {
      if (box.checked) hidden.add(part);
      else hidden.delete(part);
      show();
    });
    return h("label", {}, box, ` ${words}`);
  });
  return h("fieldset", { class: "asked" }, h("legend", {}, TEACH.title), ...boxes, h("p", { class: "aside" }, TEACH.says));
}

/** @param {HTMLElement} root @param {() => View} view @param {() => Linked} current @param {() => Element} drawing
 * @returns {() => void} opens it */
export function handOn(root, view, current, drawing) {
  /** @type {Kind} */
  let kind = "link";
  let content = "";
  const area = h("textarea", { readonly: true, rows: 12, spellcheck: "false", "aria-label": HAND_ON.title });
  const said = h("p", { role: "status", class: "aside" });
  const copy = () => {
    area.select();
    const copied = navigator.clipboard?.writeText(area.value) ?? Promise.reject(new Error());
    copied.then(() => replace(said, HAND_ON.copied)).catch(() => replace(said, HAND_ON.notCopied));
  };
  const buttons = [button(HAND_ON.copy, copy, "primary"), button(HAND_ON.save, () => void keep())];
  const keep = async () => save(FILES[kind], kind === "png" ? await pngOf(content) : new Blob([content], { type: "text/plain" }));
  const show = () => {
    const [text, words] = textOf(view(), { ...current(), hide: [...new Set([...current().hide, ...hidden])] }, kind, drawing());
    teach.hidden = kind !== "link";
    area.value = kind === "png" ? "" : text;
    content = text;
    replace(said, words);
    area.hidden = kind === "png";
    buttons[0].setAttribute("aria-disabled", String(!text || kind === "png"));
    buttons[1].setAttribute("aria-disabled", String(!text));
  };
  /** @type {Set<string>} */
  const hidden = new Set();
  const teach = hider(hidden, () => show());
  const kinds = Object.entries(HAND_ON.kinds).map(([value, words]) => h("option", { value }, words));
  const select = h("select", { "aria-label": HAND_ON.title }, ...kinds);
  select.addEventListener("change", () => {
    kind = /** @type {Kind} */ (select.value);
    show();
  });
  const dialog = h("dialog", { class: "hand-on", "aria-label": HAND_ON.title }, h("h2", {}, HAND_ON.title), select, area, teach);
  dialog.append(h("div", { class: "steps" }, ...buttons, button(TEXTS.close, () => dialog.close())), said);
  root.append(dialog);
  return () => {
    show();
    dialog.showModal();
  };
}

/** @param {string} name @param {Blob} content */
function save(name, content) {
  const url = URL.createObjectURL(content);
  const anchor = h("a", { href: url, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
