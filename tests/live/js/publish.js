// Publishes the task on standard input and follows it to its end; writes its place on the log and its events as JSON.
// node publish.js URL KEY_FILE KIND < task.json
import { connect, nkeyAuthenticator } from "@nats-io/transport-node";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";

const [url, keyFile, kind] = process.argv.slice(2);
const seed = new TextEncoder().encode((await readFile(keyFile, "utf8")).trim());
const client = await connect({
  servers: url,
  authenticator: nkeyAuthenticator(seed),
});

const heard = client.subscribe("kurultai.event.task.>");
await client.flush();
const body = await text(process.stdin);
const ack = (await client.request(`kurultai.task.${kind}`, body, { timeout: 10_000 })).json();
const task = JSON.parse(body).id ?? `t-${ack.seq}`;

const events = [];
for await (const message of heard) {
  const said = message.json();
  if (said.task !== task) continue;
  const name = message.subject.split(".")[3];
  events.push({ name, ...said });
  if (["Answered", "Failed", "Cancelled", "Refused"].includes(name)) break;
}
console.log(JSON.stringify({ seq: ack.seq, task, events }));
await client.close();
