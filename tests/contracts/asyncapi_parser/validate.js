// node validate.js file …: prints as JSON what is wrong with each AsyncAPI document, errors alone.
const fs = require("node:fs");
const { Parser } = require("@asyncapi/parser");

const ERROR = 0;

async function main(files) {
  const parser = new Parser();
  const found = {};
  for (const file of files) {
    const { diagnostics } = await parser.parse(fs.readFileSync(file, "utf8"));
    const errors = diagnostics.filter((each) => each.severity === ERROR);
    found[file] = errors.map((each) => `${each.path.join("/")}: ${each.code}: ${each.message}`);
  }
  console.log(JSON.stringify(found));
}

main(process.argv.slice(2));
