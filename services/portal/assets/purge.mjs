// Reads a style sheet and writes it without the rules that none of the files named as arguments can use.
// In templates and Python a word is used as a class if it stands in a class attribute or has a hyphen ("btn-danger"):
// many classes of one word ("steps", "legend", "placeholder") are words of the texts too, and would stay for those.
// The style sheets among them, which are the portal's own, use its variables and nothing else.
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { PurgeCSS } from "purgecss";

const files = process.argv.slice(2);
const styles = files.filter((name) => name.endsWith(".css"));
const own = (await Promise.all(styles.map((name) => readFile(name, "utf8")))).join("\n");

const words = (source) => source.match(/[A-Za-z][\w-]*/g) ?? [];

function markup(source) {
  const all = words(source);
  const attributes = source.match(/\bclass="(?:\{\{.*?\}\}|\{%.*?%\}|[^"])*"/gs) ?? [];
  const classes = [...words(attributes.join("\n")), ...all.filter((word) => word.includes("-"))];
  return { attributes: { names: all, values: all }, classes, ids: all, tags: all, undetermined: [] };
}

const [found] = await new PurgeCSS().purge({
  content: files.filter((name) => !name.endsWith(".css")),
  css: [{ raw: await text(process.stdin) }],
  extractors: [{ extensions: ["html", "py"], extractor: markup }],
  keyframes: true,
  variables: true,
  safelist: { variables: own.match(/--[\w-]+/g) },
});
process.stdout.write(found.css);
