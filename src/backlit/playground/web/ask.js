/** The view that asks: the numbers are covered, and the learner gives them, one at a time, as on paper. */
import { h, replace } from "./dom.js";
import { leavesOf } from "./formula.js";
import { nameText } from "./names.js";
import { formatNumber } from "./numbers.js";
import { lineMath } from "./panel.js";
import { judged, questionsOf } from "./questions.js";
import { button, hideable } from "./shell.js";
import { placeOf } from "./state.js";
import { stage } from "./stage.js";
import { sentenceOf, titleOf } from "./steps.js";
import { TEXTS } from "./texts.js";
import { ASK } from "./texts_of_views.js";

/**
 * @typedef {import("./questions.js").Question} Question
 * @typedef {{view: () => import("./state.js").View, steps: () => import("./steps.js").Step[],
 *   mistakes: () => import("./questions.js").Mistakes, say: (words: string) => void}} Host
 * @typedef {{kinds: Set<string>, done: boolean[]}} Progress `done`: for each question answered, whether by oneself
 * @typedef {{host: Host, progress: Progress, questions: Question[], helped: boolean, parts: Record<string, HTMLElement>,
 *   field: HTMLInputElement, drawing: ReturnType<typeof stage>}} Asking
 */

const ASKED_FIRST = ["sum", "activation", "error", "term", "steps"];

/** @param {HTMLElement} element @param {Host} host */
export function askView(element, host) {
  const field = h("input", { type: "text", inputmode: "text", autocomplete: "off", "aria-label": ASK.answer });
  const parts = {
    picture: h("div", { class: "stage" }),
    head: h("div", {}),
    said: h("p", { class: "verdict", role: "status" }),
    solution: h("div", {}),
    score: h("p", { class: "aside" }),
    asked: h("fieldset", { class: "asked" }),
  };
  const drawing = stage(parts.picture, { choose: () => undefined, change: () => field.focus() });
  /** @type {Asking} */
  const asking = { host, progress: { kinds: new Set(ASKED_FIRST), done: [] }, questions: [], helped: false, parts, field, drawing };
  const form = h("form", { class: "steps", submit: (/** @type {Event} */ event) => (event.preventDefault(), answer(asking)) });
  form.append(
    h("label", { class: "choice" }, h("span", {}, ASK.answer), field),
    h("button", { type: "submit", class: "primary" }, ASK.check),
    hideable("answers", button(ASK.show, () => reveal(asking))),
    button(ASK.again, () => begin(asking, asking.progress.kinds)),
  );
  element.append(
    h("div", { class: "column" }, h("section", { "aria-label": TEXTS.ownNetwork }, parts.picture)),
    h("div", { class: "column" }, h("section", { "aria-label": TEXTS.views.ask }, parts.head, form, parts.said, parts.solution, parts.score), parts.asked),
  );
  return {
    refresh: () => refresh(asking),
    restart: () => begin(asking, asking.progress.kinds),
    progress: () => asking.progress,
    resume: (/** @type {Progress} */ progress) => (asking.progress = progress),
  };
}

/** @param {Asking} asking @param {Set<string>} kinds */
function begin(asking, kinds) {
  asking.progress = { kinds, done: [] };
  refresh(asking);
}

/** @param {Asking} asking */
function refresh(asking) {
  const { host, progress } = asking;
  asking.questions = questionsOf(host.view(), host.steps(), progress.kinds);
  progress.done = progress.done.slice(0, asking.questions.length);
  renderKinds(asking);
  ask(asking);
}

/** @param {Asking} asking */
const asked = ({ questions, progress }) => questions[progress.done.length];

/** @param {Asking} asking */
function ask(asking) {
  const { host, parts, field, progress, questions } = asking;
  const question = asked(asking);
  const own = progress.done.filter(Boolean).length;
  const [view, steps] = [host.view(), host.steps()];
  asking.helped = false;
  field.value = "";
  field.disabled = !question;
  replace(parts.said);
  replace(parts.solution);
  replace(parts.score, `${ASK.score(own, progress.done.length)} ${ASK.rounding}`);
  if (!question) {
    replace(parts.head, h("h2", {}, questions.length ? ASK.done(own, questions.length) : ASK.nothing));
    asking.drawing.show({ view, steps, shown: steps.length - 1, chosen: null });
    return;
  }
  const { line, general, step } = question;
  replace(
    parts.head,
    h("p", { class: "place" }, `${ASK.place(progress.done.length + 1, questions.length)}: ${titleOf(view, steps[step])}`),
    h("h2", {}, ASK.question(nameText(line.name), line.address)),
    h("p", { class: "sentence" }, sentenceOf(view, steps[step])),
    h("details", {}, h("summary", {}, ASK.formula), lineMath(general, false), given(question)),
  );
  asking.drawing.show({ view, steps, shown: step, chosen: placeOf(line.address), covered: true });
}

/** What the formula is to be filled with, of each sample where it takes several: not all stands in the drawing.
 * @param {Question} question */
function given({ kind, line }) {
  /** @type {Record<string, string[]>} */
  const values = {};
  for (const { name, value } of leavesOf(line.formula)) {
    const text = nameText(name);
    const others = (kind === "steps" && values[text]) || [];
    if (line.becomes || text !== nameText(line.name)) values[text] = [...others, formatNumber(value, 4)];
  }
  return h("p", {}, Object.entries(values).map(([text, all]) => `${text} = ${all.join(", ")}`).join("; "));
}

/** @param {Asking} asking */
function answer(asking) {
  const question = asked(asking);
  if (!question) return;
  const { verdict, words } = judged(asking.field.value, question, asking.host.mistakes());
  if (verdict === "right") {
    next(asking, !asking.helped, `${ASK.right} ${nameText(question.line.name)} = ${formatNumber(question.line.value)}.`);
    return;
  }
  const said = {
    none: ASK.noNumber,
    sign: `${ASK.notYet} ${ASK.sign}`,
    mistake: `${ASK.notYet} ${words.map(([, ...said]) => said.join(" ")).join(` ${ASK.or} `)}`,
    wrong: `${ASK.notYet} ${ASK.hint}`,
  };
  replace(asking.parts.said, said[verdict]);
  asking.field.select();
}

/** @param {Asking} asking @param {boolean} own @param {string} words */
function next(asking, own, words) {
  asking.progress.done = [...asking.progress.done, own];
  ask(asking);
  replace(asking.parts.said, words);
  asking.field.focus();
}

/** The answer with its numbers; it counts as helped. @param {Asking} asking */
function reveal(asking) {
  const question = asked(asking);
  if (!question) return;
  asking.helped = true;
  replace(asking.parts.solution, lineMath(question.line, true));
  asking.host.say(ASK.shown(formatNumber(question.line.value)));
  asking.field.focus();
}

/** What a teacher, or a learner, lets be asked. @param {Asking} asking */
function renderKinds(asking) {
  const { parts, progress, host } = asking;
  const there = new Set(host.steps().map(({ kind }) => kind));
  const boxes = Object.entries(ASK.kinds).filter(([kind]) => there.has(/** @type {any} */ (kind)));
  replace(
    parts.asked,
    h("legend", {}, ASK.asked),
    ...boxes.map(([kind, words]) => {
      const box = h("input", { type: "checkbox" });
      box.checked = progress.kinds.has(kind);
      box.addEventListener("change", () => {
        const kinds = new Set(progress.kinds);
        if (box.checked) kinds.add(kind);
        else kinds.delete(kind);
        begin(asking, kinds);
      });
      return h("label", {}, box, ` ${words}`);
    }),
  );
}
