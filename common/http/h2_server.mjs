// An HTTP/2 server with TLS for http2_test.cc: node h2_server.mjs CERTIFICATE KEY. Prints its port, ends with its standard input.
import fs from "node:fs";
import http2 from "node:http2";
import zlib from "node:zlib";

const [certificate, key] = process.argv.slice(2);
const server = http2.createSecureServer({
  cert: fs.readFileSync(certificate), key: fs.readFileSync(key), allowHTTP1: false, maxSendHeaderBlockLength: 1 << 20,
});
const endless = Buffer.alloc(65536, "x");

function pour(stream) {
  const more = () => {
    while (!stream.destroyed && stream.write(endless));
    if (!stream.destroyed) stream.once("drain", more);
  };
  more();
}

const answers = {
  "/feed": (stream, headers) => {
    stream.respond({ ":status": 200, etag: 'W/"2"', "x-saw-user-agent": headers["user-agent"] });
    stream.end("over two");
  },
  "/br": (stream) => {
    stream.respond({ ":status": 200, "content-encoding": "br" });
    stream.end(zlib.brotliCompressSync("pressed"));
  },
  "/304": (stream, headers) => stream.respond({ ":status": headers["if-none-match"] === 'W/"2"' ? 304 : 200 }, { endStream: true }),
  "/moved": (stream) => stream.respond({ ":status": 308, location: "/feed" }, { endStream: true }),
  "/endless": (stream) => {
    stream.respond({ ":status": 200 });
    pour(stream);
  },
  "/reset": (stream) => {
    stream.respond({ ":status": 200 });
    stream.write("half");
    setImmediate(() => stream.destroy(new Error("reset")));
  },
  "/short": (stream) => {
    stream.respond({ ":status": 200, "content-length": 100 });
    stream.end("short");
  },
  "/headers": (stream) => {
    const headers = { ":status": 200 };
    for (let i = 0; i < 80; ++i) headers[`x-${i}`] = "x".repeat(1000);
    stream.respond(headers, { endStream: true });
  },
  "/silent": () => {},
};

server.on("stream", (stream, headers) => {
  stream.on("error", () => {});
  (answers[headers[":path"]] ?? ((s) => s.respond({ ":status": 404 }, { endStream: true })))(stream, headers);
});
server.on("sessionError", () => {});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
