// Reads a style sheet and writes it without the rules that none of the files named as arguments can use.
// Every word of a file counts as a use: a class name must stand in one of them as a whole.
import { readFileSync, writeFileSync } from "node:fs";
import { PurgeCSS } from "purgecss";

const [found] = await new PurgeCSS().purge({
  content: process.argv.slice(2),
  css: [{ raw: readFileSync(0, "utf8") }],
  keyframes: true,
});
writeFileSync(1, found.css);
