/** The view that trains: buttons, settings, curves, the surface, and what is noticed. */
import { chart } from "./chart.js";
import { h, replace } from "./dom.js";
import { counted, formatNumber, percent } from "./numbers.js";
import { notFinite } from "./panel.js";
import { choice } from "./settings.js";
import { button } from "./shell.js";
import { accuracyOf, renderSurface } from "./surface.js";
import { TRAIN } from "./texts_of_views.js";
import { freshRun, trainEpoch, trainStep } from "./training.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").View} View
 * @typedef {import("./training.js").Run} Run
 * @typedef {import("./training.js").Plan} Plan
 * @typedef {{view: () => View, tables: any, take: (state: State, continues: boolean) => void,
 *   say: (words: string) => void}} Host the page: its state, and how a new one is put in its place
 * @typedef {{host: Host, run: Run, plan: Plan, speed: string, renewed: boolean, frame: number, last: number, drawn: number, parts: Record<string, HTMLElement>,
 *   toggle: HTMLButtonElement}} Trainer
 */

const BUDGET_MS = 14;
const REDRAW_MS = 90;
const FEW = 30;
const SPEEDS = { slow: 700, usual: 60, fast: 0 };
const VANISHED = 1e-3;

/** @param {HTMLElement} element @param {Host} host */
export function trainView(element, host) {
  const parts = {
    state: h("p", { class: "train-state" }),
    notices: h("div", { class: "notices" }),
    lossTitle: h("h2", {}),
    loss: h("div", {}),
    terms: h("div", {}),
    surface: h("div", { class: "surface-holder" }),
    settings: h("div", { class: "settings" }),
  };
  /** @type {any} the run begins when it is first seen */
  const run = null;
  /** @type {Trainer} */
  const trainer = { host, run, plan: firstPlan(host), speed: "usual", renewed: false, frame: 0, last: 0, drawn: 0, parts, toggle: button(TRAIN.run, () => start(trainer), "primary") };
  const buttons = [
    trainer.toggle,
    button(TRAIN.step, () => advance(trainer, trainStep)),
    button(TRAIN.epoch, () => advance(trainer, trainEpoch)),
  ];
  element.append(
    h("div", { class: "steps", role: "group", "aria-label": TRAIN.title }, ...buttons),
    parts.state,
    parts.notices,
    h(
      "div",
      { class: "charts" },
      h("section", {}, parts.lossTitle, parts.loss),
      h("section", { class: "predicting" }, h("h2", {}, TRAIN.surface), parts.surface),
      h("section", {}, h("h2", {}, TRAIN.termCurves), parts.terms),
    ),
    parts.settings,
  );
  renderPlan(trainer);
  return {
    refresh: () => (trainer.run ? show : restart)(trainer),
    restart: () => trainer.run && restart(trainer),
    stop: () => stop(trainer),
    plan: () => trainer.plan,
    renew: () => (trainer.renewed = true),
  };
}

/** The step that the other view explains; with more samples, one that gets on by itself. @param {Host} host */
function firstPlan(host) {
  if (host.view().state.n <= FEW) return planOf(host, "sgd");
  const plan = planOf(host, "adam");
  return { ...plan, settings: { ...plan.settings, learning_rate: 0.01 } };
}

/** @param {Host} host @param {string} optimizer @returns {Plan} */
function planOf({ tables, view }, optimizer) {
  const row = tables.optimizers[optimizer];
  const { state } = view();
  const settings = { ...row.defaults, learning_rate: optimizer === "sgd" ? state.rate : row.defaults.learning_rate };
  return { optimizer, settings, decay: row.weight_decay, batch: Math.min(state.n, 32) };
}

/** @param {Trainer} trainer */
function restart(trainer) {
  const { host } = trainer;
  stop(trainer);
  if (trainer.renewed) trainer.plan = firstPlan(host);
  trainer.renewed = false;
  trainer.run = freshRun(host.tables, host.view().state);
  // plain descent takes the learning rate that the other view explains
  const { plan } = trainer;
  if (plan.optimizer === "sgd") trainer.plan = { ...planOf(host, "sgd"), batch: plan.batch };
  renderPlan(trainer);
  show(trainer);
}

/** @param {Trainer} trainer */
function renderPlan(trainer) {
  const { plan, host } = trainer;
  const optimizers = Object.keys(host.tables.optimizers);
  const choose = (/** @type {string} */ name) => {
    trainer.plan = planOf(host, name);
    trainer.run = { ...trainer.run, memory: [] };
    renderPlan(trainer);
  };
  const number = (/** @type {string} */ label, /** @type {number} */ value, /** @type {(v: number) => void} */ set) => {
    const field = h("input", { type: "number", step: "any", min: 0 });
    field.value = String(value);
    field.addEventListener("change", () => (field.valueAsNumber > 0 ? set(field.valueAsNumber) : (field.value = String(value))));
    return h("label", { class: "choice" }, h("span", {}, label), field);
  };
  const ofOptimizer = Object.entries(plan.settings).map(([name, value]) =>
    number(TRAIN.settings[name] ?? name, value, (v) => (trainer.plan = { ...trainer.plan, settings: { ...trainer.plan.settings, [name]: v } })),
  );
  replace(
    trainer.parts.settings,
    choice(TRAIN.optimizer, optimizers, plan.optimizer, choose),
    ...ofOptimizer,
    number(TRAIN.batch, plan.batch, (v) => (trainer.plan = { ...trainer.plan, batch: Math.max(1, Math.round(v)) })),
    choice(TRAIN.speed, Object.keys(SPEEDS), trainer.speed, (speed) => (trainer.speed = speed)),
  );
}

/** @param {Trainer} trainer @param {typeof trainStep} by */
function advance(trainer, by) {
  stop(trainer);
  train(trainer, by, false);
  show(trainer);
  trainer.host.say(trainer.parts.state.textContent ?? "");
}

/** @param {Trainer} trainer @param {typeof trainStep} by @param {boolean} continues */
function train(trainer, by, continues) {
  const { host } = trainer;
  const next = by(host.tables, host.view().state, trainer.run, trainer.plan);
  trainer.run = next.run;
  host.take(next.state, continues);
}

/** @param {Trainer} trainer */
function start(trainer) {
  if (trainer.frame) {
    stop(trainer);
    trainer.host.say(trainer.parts.state.textContent ?? "");
    return;
  }
  replace(trainer.toggle, TRAIN.pause);
  trainer.last = 0;
  let first = true;
  const tick = (/** @type {number} */ now) => {
    trainer.frame = requestAnimationFrame(tick);
    if (now - trainer.last < SPEEDS[/** @type {keyof typeof SPEEDS} */ (trainer.speed)]) return;
    trainer.last = now;
    const began = performance.now();
    do {
      train(trainer, trainEpoch, !first);
      first = false;
    } while (trainer.speed === "fast" && performance.now() - began < BUDGET_MS && finite(trainer));
    if (now - trainer.drawn > REDRAW_MS || !finite(trainer)) {
      show(trainer);
      trainer.drawn = now;
    }
    if (!finite(trainer)) stop(trainer);
  };
  trainer.frame = requestAnimationFrame(tick);
}

/** @param {Trainer} trainer */
const finite = ({ run }) => Number.isFinite(run.losses[run.losses.length - 1]);

/** @param {Trainer} trainer */
function stop(trainer) {
  cancelAnimationFrame(trainer.frame);
  if (trainer.frame) show(trainer);
  trainer.frame = 0;
  replace(trainer.toggle, TRAIN.run);
}

/** @param {Trainer} trainer */
function show({ run, host, parts }) {
  const view = host.view();
  const accuracy = accuracyOf(view);
  const loss = run.losses[run.losses.length - 1];
  const right = accuracy === null ? "" : ` ${TRAIN.right(percent(accuracy))}`;
  const said = `${TRAIN.state(run.epoch, formatNumber(view.trace.loss, 4), view.state.n)}${right}`;
  replace(parts.state, said);
  replace(parts.lossTitle, TRAIN.lossCurve(view.state.n));
  replace(parts.notices, ...noticesOf(view, run).map((text) => h("p", { class: "warning" }, text)));
  replace(parts.loss, chart(`${TRAIN.lossCurve(view.state.n)}: ${formatNumber(run.losses[0], 4)} → ${formatNumber(loss, 4)}`, TRAIN.epochs, [{ name: "", values: run.losses }]));
  const series = view.trace.layers.map((_, l) => ({ name: `L${l + 1}`, values: run.terms.map((terms) => terms[l]) }));
  replace(parts.terms, chart(TRAIN.termCurves, TRAIN.epochs, series));
  renderSurface(parts.surface, view, `${TRAIN.surface}. ${said}`);
  const section = parts.surface.parentElement;
  if (section) section.hidden = parts.surface.childElementCount === 0;
}

/** What a reader should look at. @param {View} view @param {Run} run @returns {string[]} */
function noticesOf(view, run) {
  const broken = notFinite(view);
  if (broken) return [TRAIN.broken(broken)];
  /** @type {string[]} */
  const notices = [];
  view.trace.layers.forEach((layer, i) => {
    const { slope } = layer;
    const k = view.sizes[i + 1];
    const { bound } = view.tables.activations[view.state.net.layers[i].activation];
    if (!slope) return;
    const units = counted(k, (j) => slope.filter((_s, p) => p % k === j));
    const dead = units.filter((slopes) => slopes.every((s) => s === 0)).length;
    const flat = units.filter((slopes) => bound && slopes.every((s) => s !== 0 && Math.abs(s) < 0.02 * bound)).length;
    if (dead) notices.push(TRAIN.dead(`L${i + 1}`, dead));
    if (flat) notices.push(TRAIN.saturated(`L${i + 1}`, flat));
  });
  const terms = run.terms[run.terms.length - 1];
  const share = terms[0] / terms[terms.length - 1];
  if (terms.length > 2 && share < VANISHED) notices.push(TRAIN.vanishing(formatNumber(share)));
  return notices;
}
