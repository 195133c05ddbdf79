/** The frame of the page: heading, buttons, and the places that the rest fills. */
import { h, replace, setAttributes } from "./dom.js";
import { TEXTS } from "./texts.js";

/**
 * @typedef {"first" | "back" | "next" | "last"} Way
 * @typedef {keyof typeof TEXTS.views} Name
 * @typedef {{go: (to: Way) => void, play: () => void, undo: () => void, redo: () => void, rewind: () => void, show: (view: Name) => void,
 *   handOn: () => void}} Actions
 */

const THEMES = /** @type {const} */ (["auto", "light", "dark"]);

/** @param {string} text @param {() => void} action @param {string} [classes] */
export function button(text, action, classes = "") {
  const made = h("button", { type: "button", class: classes }, text);
  made.addEventListener("click", () => made.getAttribute("aria-disabled") !== "true" && action());
  return made;
}

/** What a teacher's link can hide. @template {HTMLElement} T @param {string} part @param {T} element @returns {T} */
export function hideable(part, element) {
  element.setAttribute("data-part", part);
  return element;
}

/** What a tab shows. It can have the focus by script, so that the focus goes along. @param {Name} view @param {string} [classes] */
const panel = (view, classes = "") =>
  h("main", { id: `backlit-${view}`, class: classes, role: "tabpanel", tabindex: -1, "aria-label": TEXTS.views[view], hidden: view !== "step" });

/** The places that the rest of the page fills. */
const makePlaces = () => ({
  stage: h("div", { class: "stage" }),
  panel: h("div", { class: "panel" }),
  coverage: h("span", {}),
  images: h("section", { class: "as-images", "aria-label": TEXTS.images }),
  shrinking: hideable("bars", h("section", { class: "shrinking", "aria-label": TEXTS.shrinking })),
  own: h("div", { class: "own" }),
  ownLines: h("div", { class: "own-lines" }),
  rate: h("div", { class: "rate" }),
  settings: h("div", { class: "settings" }),
  build: h("div", { class: "settings build" }),
  data: h("div", {}),
  twin: h("div", { class: "twin" }),
  live: h("p", { class: "unseen", role: "status" }),
  effect: h("p", { class: "effect", role: "status" }),
  warning: h("p", { class: "warning", role: "alert" }),
  place: h("span", { class: "place" }),
  about: h("p", { class: "aside" }),
  step: panel("step"),
  train: panel("train", "train"),
  ask: panel("ask"),
  compare: panel("compare", "train compare"),
});

/** @param {Actions} actions */
const makeButtons = (actions) => ({
  first: button(TEXTS.first, () => actions.go("first")),
  back: button(TEXTS.back, () => actions.go("back")),
  next: button(TEXTS.next, () => actions.go("next"), "primary"),
  last: button(TEXTS.last, () => actions.go("last")),
  play: button(TEXTS.play, actions.play),
  undo: button(TEXTS.undo, actions.undo),
  redo: button(TEXTS.redo, actions.redo),
  rewind: button(TEXTS.rewind, actions.rewind),
  handOn: button(TEXTS.handOn, actions.handOn),
  tabs: {
    step: tab("step", actions),
    train: tab("train", actions),
    ask: tab("ask", actions),
    compare: tab("compare", actions),
  },
});

/** @param {Name} view @param {Actions} actions */
function tab(view, actions) {
  const made = hideable(view, button(TEXTS.views[view], () => actions.show(view), "tab"));
  const selected = view === "step";
  setAttributes(made, { role: "tab", "aria-controls": `backlit-${view}`, "aria-selected": String(selected), tabindex: selected ? 0 : -1 });
  return made;
}

/** @param {ReturnType<typeof makePlaces>} places @param {ReturnType<typeof makeButtons>} buttons */
const tabbing = ({ step, train, ask, compare }, { tabs }) => {
  const panels = { step, train, ask, compare };
  const names = /** @type {Name[]} */ (Object.keys(panels));
  const shown = () => names.find((name) => !panels[name].hidden) ?? "step";
  const tab = (/** @type {Name} */ view) => {
    const leaves = names.some((name) => name !== view && panels[name].contains(document.activeElement));
    for (const name of names) {
      panels[name].hidden = name !== view;
      setAttributes(tabs[name], { "aria-selected": String(name === view), tabindex: name === view ? 0 : -1 });
    }
    // the focus goes along; on the tab, arrows would go between the tabs
    if (leaves) panels[view].focus({ preventScroll: true });
  };
  return { tab, shown };
};

/** @param {HTMLElement} element @param {any} data @param {Actions} actions */
export function shell(element, data, actions) {
  const places = makePlaces();
  const buttons = makeButtons(actions);
  const keys = keyList();
  const root = h("div", { class: "page", "data-theme": "auto" });
  const { first, back, next, last, play } = buttons;
  root.append(
    header(root, h("div", {}, h("h1", {}, data.title), places.about), buttons, keys),
    places.warning,
    places.step,
    places.train,
    places.ask,
    places.compare,
    places.live,
    keys,
  );
  places.step.append(
    h("div", { class: "column" }, picture(places), places.images, places.shrinking),
    h("div", { class: "column" }, reading(places, [first, back, next, last, play, places.place]), changing(places)),
    hideable("table", h("details", { class: "as-table" }, h("summary", {}, TEXTS.table), places.twin)),
  );
  element.replaceChildren(root);
  onKeys(element, actions, keys);
  return { root, ...places, ...speaking(places), ...showing(places, buttons), ...tabbing(places, buttons) };
}

/** @param {ReturnType<typeof makePlaces>} places */
const speaking = ({ live, effect, warning }) => ({
  say: (/** @type {string} */ words) => replace(live, words),
  report: (/** @type {string} */ words) => replace(effect, words),
  warn: (/** @type {string} */ words) => words !== warning.textContent && replace(warning, words),
});

/** @param {HTMLButtonElement} element @param {boolean} able */
const enable = (element, able) => element.setAttribute("aria-disabled", String(!able));

/** @param {ReturnType<typeof makePlaces>} places @param {ReturnType<typeof makeButtons>} buttons */
const showing = ({ place }, { first, back, next, last, play, undo, redo, rewind }) => ({
  playing: (/** @type {boolean} */ on) => replace(play, on ? TEXTS.pause : TEXTS.play),
  showPlace: (/** @type {number} */ shown, /** @type {number} */ n, /** @type {"up" | "down" | null} */ way) => {
    const words = way === "down" ? `↓ ${TEXTS.backward}` : `↑ ${TEXTS.forward}`;
    replace(place, `${TEXTS.place(shown + 1, n)} `, way && h("span", { class: `way ${way}` }, words));
    for (const each of [first, back]) enable(each, shown > 0);
    for (const each of [next, last]) enable(each, shown < n - 1);
  },
  can: (/** @type {boolean} */ goBack, /** @type {boolean} */ goOn, /** @type {boolean} */ moved) => {
    enable(undo, goBack);
    enable(redo, goOn);
    enable(rewind, moved);
  },
});

/** @param {Record<string, HTMLElement>} places */
const picture = ({ stage, coverage }) =>
  h("section", { class: "picture", "aria-label": TEXTS.ownNetwork }, stage, h("p", { class: "aside" }, TEXTS.legend, " ", coverage));

/** @param {Record<string, HTMLElement>} places @param {HTMLElement[]} controls */
const reading = ({ panel }, controls) =>
  h(
    "section",
    { class: "reading" },
    h("div", { class: "steps", role: "group", "aria-label": TEXTS.views.step }, ...controls),
    panel,
  );

/** @param {Record<string, HTMLElement>} places */
const changing = ({ own, effect, ownLines, rate, settings, build, data }) =>
  h(
    "section",
    { class: "changing", "aria-label": TEXTS.changing },
    h("h2", {}, TEXTS.changing),
    own,
    effect,
    ownLines,
    hideable("numbers", h("div", {}, rate, settings, h("h3", {}, TEXTS.another), build, data)),
  );

/** @param {HTMLElement} root @param {HTMLElement} title @param {ReturnType<typeof makeButtons>} buttons
 * @param {HTMLDialogElement} keys */
function header(root, title, { undo, redo, rewind, handOn: hand, tabs }, keys) {
  let theme = 0;
  const themes = button(TEXTS.theme.auto, () => {
    theme = (theme + 1) % THEMES.length;
    root.setAttribute("data-theme", THEMES[theme]);
    replace(themes, TEXTS.theme[THEMES[theme]]);
  });
  return h(
    "header",
    {},
    title,
    h("div", { class: "tools" }, ...[undo, redo, rewind, hand].map((each) => hideable("tools", each)), themes, button(`${TEXTS.help} ?`, () => keys.showModal())),
    tabList(Object.values(tabs)),
  );
}

/** Arrows go between the tabs. @param {HTMLElement[]} tabs */
function tabList(tabs) {
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": TEXTS.view }, ...tabs);
  list.addEventListener("keydown", (event) => {
    const there = tabs.filter((tab) => tab.getClientRects().length > 0);
    const at = there.indexOf(/** @type {HTMLElement} */ (event.target));
    const last = there.length - 1;
    const to = { ArrowRight: at < last ? at + 1 : 0, ArrowLeft: at > 0 ? at - 1 : last, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    there[to].focus();
    there[to].click();
  });
  return list;
}

/** @returns {HTMLDialogElement} */
function keyList() {
  const rows = TEXTS.keys.map(([key, what]) => h("tr", {}, h("th", { scope: "row" }, key), h("td", {}, what)));
  /** @type {HTMLDialogElement} */
  const dialog = h("dialog", { "aria-label": TEXTS.help }, h("h2", {}, TEXTS.help), h("table", {}, h("tbody", {}, ...rows)));
  dialog.append(button(TEXTS.close, () => dialog.close()));
  return dialog;
}

/** @param {HTMLElement} element @param {Actions} actions @param {HTMLDialogElement} keys */
function onKeys(element, actions, keys) {
  /** @type {Record<string, () => void>} */
  const plain = {
    ArrowRight: () => actions.go("next"),
    n: () => actions.go("next"),
    ArrowLeft: () => actions.go("back"),
    b: () => actions.go("back"),
    Home: () => actions.go("first"),
    End: () => actions.go("last"),
    p: actions.play,
    r: actions.rewind,
    1: () => actions.show("step"),
    2: () => actions.show("train"),
    3: () => actions.show("ask"),
    4: () => actions.show("compare"),
    "?": () => keys.showModal(),
  };
  /** @type {Record<string, () => void>} */
  const withControl = { z: actions.undo, y: actions.redo, Z: actions.redo };
  element.ownerDocument.addEventListener("keydown", (event) => {
    const typing = /** @type {Element} */ (event.target).matches?.("input, select, textarea, [role=region]");
    if (event.defaultPrevented || event.altKey || element.querySelector("dialog[open]") || (typing && !event.ctrlKey)) return;
    const action = (event.ctrlKey || event.metaKey ? withControl : plain)[event.key];
    if (!action || (typing && event.target instanceof HTMLInputElement && event.target.type === "number")) return;
    event.preventDefault();
    action();
  });
}
