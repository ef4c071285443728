// Reads an AsyncAPI document on standard input; writes what the parser says of it as JSON.
import { Parser } from "@asyncapi/parser";
import { text } from "node:stream/consumers";

const { document, diagnostics } = await new Parser().parse(await text(process.stdin));
console.log(JSON.stringify({
  parsed: document !== undefined,
  channels: document?.channels().length ?? 0,
  operations: document?.operations().length ?? 0,
  diagnostics: diagnostics.map(({ code, message, path, severity }) => ({ code, message, path, severity })),
}));
