// The portal's style sheets: everything is in a layer, sizes and colours come from tokens, and nothing is !important.
const NUMBER = "/(^|[ (-])[0-9.]*[1-9][0-9.]*(px|rem|em)\\b/";
const COLOUR = "/#|\\brgb|\\bhsl|\\bokl(ab|ch)\\(/";
const SCALED = {
  "/^(margin|padding|gap|row-gap|column-gap)/": [NUMBER],
  "font-size": [NUMBER],
  "/radius$/": [NUMBER, "/%/"],
  "z-index": ["/[2-9]|[0-9]{2}/"],
  "/color$|^background|^border|^fill$|^stroke$|^outline|shadow$/": [COLOUR],
};

const layer = (name) => new URL(`../../services/portal/static/css/${name}/*.css`, import.meta.url).pathname;

export default {
  extends: "stylelint-config-standard",
  rules: {
    "declaration-no-important": true,
    "declaration-property-value-disallowed-list": [SCALED, { message: "Take a token of static/css/tokens." }],
    "declaration-block-single-line-max-declarations": 2,
    "declaration-empty-line-before": null,
    "rule-empty-line-before": null,
    "at-rule-empty-line-before": null,
    "custom-property-empty-line-before": null,
    "comment-empty-line-before": null,
    "custom-property-pattern": null,
    "no-descending-specificity": null,
    "media-feature-range-notation": "context",
  },
  overrides: [
    {
      files: [layer("tokens")],
      rules: { "declaration-property-value-disallowed-list": null, "font-family-name-quotes": null, "value-keyword-case": null },
    },
    { files: [layer("utilities")], rules: { "declaration-no-important": null } },
  ],
};
