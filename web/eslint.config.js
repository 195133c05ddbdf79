import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["**/.*/**", "**/node_modules/**", "out/**", "build/**"] },
  js.configs.recommended,
  {
    files: ["src/backlit/playground/web/*.js", "docs/theme/*.js"],
    languageOptions: { globals: globals.browser },
    rules: {
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-var": "error",
      "prefer-const": "error",
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", { max: 45, skipComments: true }],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "text is text, never markup" },
        { property: "outerHTML", message: "text is text, never markup" },
        { property: "insertAdjacentHTML", message: "text is text, never markup" },
      ],
    },
  },
];
