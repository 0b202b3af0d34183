// Reads a style sheet and writes it without the rules that none of the files named as arguments can use.
// Every word of a file counts as a use: a class name must stand in one of them as a whole.
// The style sheets among them, which are the portal's own, use its variables and nothing else.
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { PurgeCSS } from "purgecss";

const files = process.argv.slice(2);
const styles = files.filter((name) => name.endsWith(".css"));
const own = (await Promise.all(styles.map((name) => readFile(name, "utf8")))).join("\n");
const [found] = await new PurgeCSS().purge({
  content: files.filter((name) => !name.endsWith(".css")),
  css: [{ raw: await text(process.stdin) }],
  keyframes: true,
  variables: true,
  safelist: { variables: own.match(/--[\w-]+/g) },
});
process.stdout.write(found.css);
