/** Moving through the drawing by keys: which thing comes next. */

/**
 * @typedef {import("./drawing.js").Thing} Thing
 * @typedef {"up" | "down" | "left" | "right"} Direction
 */

/** How far up a unit stands; an input is 0, the target above all. @param {Thing} thing */
function level({ place }) {
  if (place.kind === "input") return 0;
  return place.kind === "unit" ? place.layer : Infinity;
}

/** @param {Thing} thing */
const isWeight = ({ place }) => place.kind === "weight";

/** The next thing from here, or the same where there is none. @param {Thing[]} things @param {Thing} from
 * @param {Direction} direction @returns {Thing} */
export function nextThing(things, from, direction) {
  if (isWeight(from)) return nextWeight(things, from, direction);
  const units = things.filter((thing) => !isWeight(thing));
  if (direction === "left" || direction === "right") {
    const row = units.filter((unit) => level(unit) === level(from)).sort((a, b) => a.x - b.x);
    return row[row.indexOf(from) + (direction === "right" ? 1 : -1)] ?? from;
  }
  const levels = [...new Set(units.map(level))].sort((a, b) => a - b);
  const wanted = levels[levels.indexOf(level(from)) + (direction === "up" ? 1 : -1)];
  const there = units.filter((unit) => level(unit) === wanted);
  return there.sort((a, b) => Math.abs(a.x - from.x) - Math.abs(b.x - from.x))[0] ?? from;
}

/** Left and right go through the weights of one unit, up and down to other units' weights of the same input's row.
 * @param {Thing[]} things @param {Thing} from @param {Direction} direction */
function nextWeight(things, from, direction) {
  const { place } = from;
  if (place.kind !== "weight") return from;
  const same = things.filter(({ place: p }) => p.kind === "weight" && p.layer === place.layer && p.unit === place.unit);
  if (direction === "left" || direction === "right") {
    return same[same.indexOf(from) + (direction === "right" ? 1 : -1)] ?? from;
  }
  const layer = place.layer + (direction === "up" ? 1 : -1);
  return things.find(({ place: p }) => p.kind === "weight" && p.layer === layer) ?? from;
}

/** Into a unit: its first weight. @param {Thing[]} things @param {Thing} from @returns {Thing | null} */
export function into(things, { place }) {
  if (place.kind !== "unit") return null;
  return things.find(({ place: p }) => p.kind === "weight" && p.layer === place.layer && p.unit === place.unit) ?? null;
}

/** Out of a weight: the unit it leads into. @param {Thing[]} things @param {Thing} from @returns {Thing | null} */
export function outOf(things, { place }) {
  if (place.kind !== "weight") return null;
  return things.find(({ place: p }) => p.kind === "unit" && p.layer === place.layer && p.unit === place.unit) ?? null;
}
