/** The drawing on the page: it follows the width it has, and is walked through by keys. */
import { svg } from "./dom.js";
import { draw } from "./drawing.js";
import { TEXTS } from "./texts.js";
import { into, nextThing, outOf } from "./walk.js";

/**
 * @typedef {import("./drawing.js").Thing} Thing
 * @typedef {import("./drawing.js").Scene} Scene
 * @typedef {import("./state.js").Place} Place
 */

/** @type {Record<string, import("./walk.js").Direction>} */
const ARROWS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
const LEAST_WIDTH = 300;

/** What an arrow, Enter or Escape leads to from a thing. @param {Thing[]} things @param {Thing} from @param {string} key
 * @returns {{focus?: Thing, choose?: Thing | null, change?: boolean} | null} */
function led(things, from, key) {
  if (key in ARROWS) {
    const next = nextThing(things, from, ARROWS[key]);
    return { focus: next, choose: next };
  }
  if (key === "Escape") {
    const unit = outOf(things, from);
    return unit ? { focus: unit, choose: unit } : { choose: null };
  }
  if (key !== "Enter" && key !== " ") return null;
  // into a unit's weights; from there, or where there are none, to the number
  if (!isPressed(from)) return { choose: from };
  const weight = into(things, from);
  return weight ? { focus: weight, choose: weight } : { change: true };
}

/** @param {Thing} thing */
const isPressed = ({ element }) => element.classList.contains("chosen");

/**
 * @param {HTMLElement} holder
 * @param {{choose: (place: Place | null) => void, change: () => void}} actions `change`: go on to the number
 */
export function stage(holder, actions) {
  const root = svg("svg", { class: "network", role: "group", "aria-label": TEXTS.drawing });
  holder.append(root);
  /** @type {Thing[]} */
  let things = [];
  /** @type {Omit<Scene, "layout"> | null} */
  let scene = null;
  let width = 0;

  /** @param {Omit<Scene, "layout">} next */
  function show(next) {
    scene = next;
    const focused = document.activeElement?.closest("[data-address]")?.getAttribute("data-address");
    const had = root.contains(document.activeElement);
    things = draw(root, scene, Math.max(LEAST_WIDTH, width));
    rove(things, things.find(({ address }) => address === focused) ?? things.find(isPressed) ?? things[0], had);
  }

  root.addEventListener("click", (event) => {
    const address = /** @type {Element} */ (event.target).closest("[data-address]")?.getAttribute("data-address");
    const thing = things.find((each) => each.address === address);
    if (thing) actions.choose(isPressed(thing) ? null : thing.place);
  });
  root.addEventListener("keydown", (event) => {
    const from = things.find(({ element }) => element === document.activeElement);
    const to = from && led(things, from, event.key);
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    if (to.focus) rove(things, to.focus, true);
    if (to.choose !== undefined) actions.choose(to.choose && to.choose.place);
    if (to.change) actions.change();
  });
  onWidth(holder, (now) => {
    width = now;
    if (scene) show(scene);
  });
  return { show, focus: () => rove(things, things.find(isPressed) ?? things[0], true) };
}

/** Let the Tab key find one thing of the drawing. @param {Thing[]} things @param {Thing | undefined} thing
 * @param {boolean} focus */
function rove(things, thing, focus) {
  for (const { element } of things) element.setAttribute("tabindex", "-1");
  thing?.element.setAttribute("tabindex", "0");
  if (focus) thing?.element.focus();
}

/** @param {HTMLElement} holder @param {(width: number) => void} tell */
function onWidth(holder, tell) {
  let last = 0;
  new ResizeObserver(([entry]) => {
    const now = Math.floor(entry.contentRect.width);
    if (now !== last) tell((last = now));
  }).observe(holder);
}
