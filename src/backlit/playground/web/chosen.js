/** The fields of what is chosen, and of the learning rate. */
import { h, replace } from "./dom.js";
import { withFrozen } from "./frozen.js";
import { editable, nameOf, numberField, renderOwnLines } from "./inspector.js";
import { addressOf, isThere, placeOf } from "./state.js";
import { hideable } from "./shell.js";
import { TEXTS } from "./texts.js";

/**
 * @typedef {import("./page.js").App} App
 * @typedef {import("./state.js").Place} Place
 * @typedef {{edit: (place: Place, value: number, continues: boolean) => void,
 *   change: (state: import("./state.js").State, words: string) => void, choose: (place: Place) => void}} Actions
 */

/** @param {App} app @param {Actions} actions */
export function renderChosen(app, actions) {
  const { parts, view, chosen, steps, shown } = app;
  const made = (/** @type {Place} */ place) => ({ place, ...numberField(view, place, { edit: actions.edit, refuse: parts.report }) });
  const own = chosen ? editable(view, chosen).map(made) : [];
  const rate = made({ kind: "rate" });
  app.fields = [...own, rate];
  const title = chosen
    ? h("h3", {}, `${nameOf(view, chosen)}, ${addressOf(chosen)}`)
    : h("p", { class: "aside" }, TEXTS.nothingChosen);
  replace(parts.own, title, ...own.map(({ element, place }) => hideable("numbers", h("div", {}, element, freezer(app, place, actions)))), goTo(app, actions));
  replace(parts.rate, rate.element);
  replace(parts.ownLines);
  if (chosen) renderOwnLines(parts.ownLines, view, chosen, steps, shown);
}

/** Whether steps leave a weight or a bias as it is. @param {App} app @param {Place} place
 * @param {Actions} actions */
function freezer(app, place, actions) {
  if (place.kind !== "weight" && place.kind !== "bias") return null;
  const box = h("input", { type: "checkbox" });
  box.checked = app.view.state.frozen.includes(addressOf(place));
  box.addEventListener("change", () => {
    actions.change(withFrozen(app.view.state, addressOf(place), box.checked), TEXTS.frozenNow(box.checked));
    /** @type {HTMLElement | null} */ (app.parts.own.querySelector("input[type=checkbox]"))?.focus();
  });
  return h("label", { class: "freeze" }, box, ` ${TEXTS.frozen}`);
}

/** A field for an address: what the drawing leaves out is found so. @param {App} app
 * @param {Actions} actions */
function goTo(app, actions) {
  const field = h("input", { type: "text", placeholder: "L1.u1", "aria-label": TEXTS.goTo });
  field.addEventListener("change", () => {
    const place = placeOf(field.value.trim());
    if (!place || !isThere(app.view, place)) return app.parts.report(TEXTS.noPlace);
    actions.choose(place);
    // it was made anew
    /** @type {HTMLElement | null} */ (app.parts.own.querySelector(".go-to input"))?.focus();
  });
  return h("label", { class: "go-to" }, TEXTS.goTo, " ", field);
}
