// The least that an HTTP server can do on this machine: the page's bytes from memory.
const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");

const body = readFileSync(process.argv[2]);
const headers = { "content-type": "text/html; charset=utf-8", "content-length": body.length };
const server = createServer((_request, response) => response.writeHead(200, headers).end(body));
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.once("disconnect", () => process.exit());
