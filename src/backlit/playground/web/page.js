/** The page: `render(element, data)` puts it into an element; the data is what `playground/data.py` wrote. */
import { askView } from "./ask.js";
import { renderBuild } from "./build.js";
import { renderChosen } from "./chosen.js";
import { compareView } from "./compare.js";
import { replace } from "./dom.js";
import { handOn } from "./handon.js";
import { effectOf, renderOwnLines } from "./inspector.js";
import { hosted } from "./host.js";
import { renderImages } from "./images.js";
import { MOST_UNITS } from "./layout.js";
import { lineOf } from "./names.js";
import { notFinite, renderPanel, renderShrinking } from "./panel.js";
import { ownData } from "./owndata.js";
import { renderSettings } from "./settings.js";
import { readLink } from "./share.js";
import { shell } from "./shell.js";
import { stage } from "./stage.js";
import { edited, historyOf, redone, sizesOf, stateOf, undone, valueAt, viewOf, withValue } from "./state.js";
import { spokenResult, stepsOf, titleOf, wayOf } from "./steps.js";
import { TEXTS } from "./texts.js";
import { trainView } from "./train.js";
import { renderTwin } from "./twin.js";

/**
 * @typedef {import("./state.js").Place} Place
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").View} View
 * @typedef {import("./steps.js").Step} Step
 * @typedef {{place: Place, show: (value: number) => void, element: HTMLElement}} Field
 * @typedef {{data: any, history: import("./state.js").History, view: View, steps: Step[], shown: number,
 *   chosen: Place | null, before: View, fields: Field[], hide: string[], playing: number, stale: boolean, parts: ReturnType<typeof shell>, trainer: ReturnType<typeof trainView>,
 *   asker: ReturnType<typeof askView>, comparer: ReturnType<typeof compareView>,
 *   handOn: () => void, tellHost: () => void,
 *   drawing: ReturnType<typeof stage>}} App what the page remembers; `before` is where the last edit began
 */

const PLAY_MS = 2600;
const NO_MISTAKES = { values: {}, words: [] };

/** @param {HTMLElement} element @param {any} data @returns {App} */
export function render(element, data) {
  const linked = readLink(data.tables, location.hash.slice(1));
  const found = location.hash.length > 1 && typeof linked !== "string" ? linked : null;
  const history = historyOf(found ? found.state : stateOf(data));
  const view = viewOf(data.tables, history.present);
  /** @type {any} */
  const app = { data, history, view, steps: stepsOf(view), shown: 0, chosen: null, before: view, fields: [], playing: 0, stale: false, hide: [] };
  app.parts = shell(element, data, {
    go: (to) => go(app, { first: 0, back: app.shown - 1, next: app.shown + 1, last: app.steps.length - 1 }[to]),
    play: () => play(app, !app.playing),
    undo: () => mayTravel(app) && travel(app, undone(app.history), TEXTS.undo),
    redo: () => mayTravel(app) && travel(app, redone(app.history), TEXTS.redo),
    rewind: () => mayTravel(app) && isMoved(app) && travel(app, edited(app.history, startOf(app)), TEXTS.rewind),
    show: (view) => showView(app, view),
    handOn: () => app.handOn(),
  });
  app.tellHost = hosted(() => app.history.present, (state) => open(app, state));
  app.handOn = handOn(
    app.parts.root,
    () => app.view,
    () => linkedOf(app),
    () => /** @type {Element} */ (app.parts.stage.firstElementChild),
  );
  app.trainer = trainView(app.parts.train, hostOf(app));
  app.asker = askView(app.parts.ask, askHostOf(app, history.present, found !== null));
  app.comparer = compareView(app.parts.compare, { ...hostOf(app), plan: () => app.trainer.plan(), take: (state) => takeOther(app, state) });
  ownData(app.parts.root, app.parts.data, { tables: data.tables, state: () => app.view.state, open: (next) => open(app, next) });
  app.drawing = stage(app.parts.stage, {
    choose: (place) => choose(app, place),
    change: () => app.parts.own.querySelector("input")?.focus(),
  });
  app.parts.own.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") app.drawing.focus();
  });
  app.parts.twin.parentElement.addEventListener("toggle", () => showTwin(app));
  follow(app, true);
  if (found) arrive(app, found);
  else if (location.hash.length > 1) app.parts.warn(String(linked));
  return app;
}

/** What a link to here holds. @param {App} app @returns {import("./share.js").Linked} */
const linkedOf = (app) => ({
  state: app.history.present,
  step: app.shown,
  view: app.parts.shown(),
  other: app.comparer.other(),
  hide: app.hide,
  asked: [...app.asker.progress().kinds],
  done: app.asker.progress().done,
});

/** Go where a link leads. @param {App} app @param {import("./share.js").Linked} linked */
function arrive(app, linked) {
  app.hide = linked.hide;
  app.parts.root.dataset.hide = app.hide.join(" ");
  app.shown = Math.min(Math.max(linked.step || 0, 0), app.steps.length - 1);
  showStep(app);
  if (linked.other) app.comparer.resume(linked.other);
  if (linked.view === "ask") app.asker.resume({ kinds: new Set(linked.asked), done: linked.done });
  if (linked.view !== "step") showView(app, linked.view);
}

/** The page as the view that trains knows it. @param {App} app */
const hostOf = (app) => ({
  tables: app.data.tables,
  view: () => app.view,
  take: (/** @type {State} */ state, /** @type {boolean} */ continues) => {
    app.history = edited(app.history, state, continues);
    app.view = viewOf(app.data.tables, state);
    app.parts.can(true, false, true);
    app.tellHost();
  },
  say: app.parts.say,
});

/** The other network in this one's place. @param {App} app @param {State} state */
function takeOther(app, state) {
  travel(app, edited(app.history, state), TEXTS.taken);
  showView(app, "step");
}

/** What the view that asks is told; known mistakes are those at the file's own start. @param {App} app
 * @param {State} own @param {boolean} linked */
const askHostOf = (app, own, linked) => ({
  view: () => app.view,
  steps: () => app.steps,
  mistakes: () => (!linked && app.history.present === own ? app.data.mistakes : NO_MISTAKES),
  say: app.parts.say,
});

/** @param {App} app @param {import("./shell.js").Name} view */
function showView(app, view) {
  if (app.hide.includes(view)) return;
  app.trainer.stop();
  app.comparer.stop();
  play(app, false);
  app.parts.tab(view);
  follow(app, true);
  if (view === "step") return;
  if (view === "ask") app.asker.refresh();
  else if (view === "compare") app.comparer.refresh();
  else {
    if (app.stale) app.trainer.restart();
    app.trainer.refresh();
  }
  app.stale = false;
}

/** @param {App} app */
const startOf = ({ history }) => history.present.start ?? history.present;
/** What a teacher hides no key does either. @param {App} app */
const mayTravel = ({ hide }) => !hide.includes("tools");
/** @param {App} app */
const isMoved = (app) => app.history.present !== startOf(app);

/** @param {App} app @param {number} to */
function go(app, to) {
  const last = app.steps.length - 1;
  app.shown = Math.min(Math.max(to, 0), last);
  showStep(app);
  const step = app.steps[app.shown];
  app.parts.say(`${TEXTS.place(app.shown + 1, last + 1)}: ${titleOf(app.view, step)}. ${spokenResult(app.view, step)}`);
}

/** @param {App} app @param {boolean} on */
function play(app, on) {
  window.clearInterval(app.playing);
  app.playing = 0;
  const last = () => app.shown === app.steps.length - 1;
  if (on && last()) go(app, 0);
  if (on) app.playing = window.setInterval(() => (last() ? play(app, false) : go(app, app.shown + 1)), PLAY_MS);
  app.parts.playing(on);
}

/** @param {App} app @param {import("./state.js").History} next @param {string} words */
function travel(app, next, words) {
  if (next === app.history) return;
  app.history = next;
  app.parts.report("");
  follow(app, true);
  app.trainer.restart();
  app.asker.restart();
  app.parts.say(words);
}

/** Another network in this one's place. @param {App} app @param {State} next */
function open(app, next) {
  app.chosen = null;
  app.shown = 0;
  app.trainer.renew();
  travel(app, edited(app.history, next), TEXTS.opened(sizesOf(next.net).join("-")));
}

/** @param {App} app @param {Place | null} place */
function choose(app, place) {
  app.chosen = place;
  renderImages(app.parts.images, app.view, app.data.image, place, (unit) => choose(app, unit));
  app.parts.report("");
  showChosen(app);
  showDrawing(app);
}

/** @param {App} app @param {Place} place @param {number} value @param {boolean} continues */
function edit(app, place, value, continues) {
  if (!continues) app.before = app.view;
  app.history = edited(app.history, withValue(app.history.present, place, value), continues);
  follow(app, false);
  app.stale = true;
  app.parts.report(effectOf(app.before, app.view, place));
}

/** Let everything follow the state; `all` where more than a number is new. @param {App} app @param {boolean} all */
function follow(app, all) {
  const { kind, layer } = app.steps[app.shown];
  if (app.view.state !== app.history.present) app.view = viewOf(app.data.tables, app.history.present);
  app.steps = stepsOf(app.view);
  app.tellHost();
  const same = app.steps.findIndex((step) => step.kind === kind && step.layer === layer);
  app.shown = same < 0 ? Math.min(app.shown, app.steps.length - 1) : same;
  if (all) {
    replace(app.parts.about, lineOf(app.view.state.net));
    renderSettings(app.parts.settings, app.view, (next) => travel(app, edited(app.history, next), ""));
    renderBuild(app.parts.build, app.view, app.data.presets ?? [], {
      open: (next) => open(app, next),
      refuse: app.parts.report,
    });
    showChosen(app);
  } else for (const { place, show } of app.fields) show(valueAt(app.view.state, place) ?? 0);
  app.parts.can(app.history.past.length > 0, app.history.future.length > 0, isMoved(app));
  showStep(app);
}

/** @param {App} app */
function showStep(app) {
  const { parts, view, steps, shown, chosen } = app;
  parts.showPlace(shown, steps.length, wayOf(steps[shown]));
  renderPanel(parts.panel, view, steps, shown);
  renderShrinking(parts.shrinking, view, steps, shown);
  if (chosen) renderOwnLines(parts.ownLines, view, chosen, steps, shown);
  replace(parts.coverage, Math.max(...view.sizes) > MOST_UNITS ? TEXTS.coverage : "");
  renderImages(parts.images, view, app.data.image, chosen, (place) => choose(app, place));
  const broken = notFinite(view);
  parts.warn(broken ? TEXTS.notFinite(broken) : "");
  showTwin(app);
  showDrawing(app);
}

/** @param {App} app */
function showTwin({ parts, view, steps, shown }) {
  const holder = parts.twin.parentElement;
  if (holder instanceof HTMLDetailsElement && holder.open) renderTwin(parts.twin, view, steps, shown);
}

/** @param {App} app */
const showDrawing = ({ drawing, view, steps, shown, chosen }) => drawing.show({ view, steps, shown, chosen });

/** @param {App} app */
const showChosen = (app) =>
  renderChosen(app, {
    edit: (place, value, continues) => edit(app, place, value, continues),
    change: (state, words) => travel(app, edited(app.history, state), words),
    choose: (place) => choose(app, place),
  });
