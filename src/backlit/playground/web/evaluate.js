/** What a formula comes to: tests prove by it that each line is its value; the page itself does without. */

/** @typedef {import("./formula.js").Formula} Formula */

/** @param {Formula} formula @returns {number} */
export function evaluate(formula) {
  switch (formula.type) {
    case "leaf":
    case "filled":
      return formula.value;
    case "product":
      return formula.factors.reduce((total, factor) => total * evaluate(factor), 1);
    case "difference":
      return evaluate(formula.left) - evaluate(formula.right);
    case "quotient":
      return evaluate(formula.top) / evaluate(formula.bottom);
    case "power":
      return Math.exp(evaluate(formula.power));
    case "sum": {
      const extra = formula.extra ? evaluate(formula.extra) : 0;
      return formula.terms.reduce((total, term) => total + evaluate(term), 0) + formula.rest + extra;
    }
  }
}
