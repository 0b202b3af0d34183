// Reads a style sheet and writes it without the rules that none of the files named as arguments can use.
// Every word of a file counts as a use: a class name must stand in one of them as a whole.
import { text } from "node:stream/consumers";
import { PurgeCSS } from "purgecss";

const [found] = await new PurgeCSS().purge({
  content: process.argv.slice(2),
  css: [{ raw: await text(process.stdin) }],
  keyframes: true,
});
process.stdout.write(found.css);
