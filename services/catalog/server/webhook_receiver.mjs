// A receiver of webhooks of another make for postgres_webhook_receiver_pgtest.cc: node webhook_receiver.mjs SECRET. Answers 204 to a call
// that the library of the Standard Webhooks project verifies, else 400. Prints its port, ends with its standard input.
import http from "node:http";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.argv[2]);
const server = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const payload = webhook.verify(Buffer.concat(chunks).toString(), request.headers);
    response.writeHead(payload.events.length > 0 ? 204 : 400);
  } catch {
    response.writeHead(400);
  }
  response.end();
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
