// A server that speaks HTTP/2 without TLS, by node's own library, and never closes a connection.
const http2 = require("node:http2");

const server = http2.createServer({}, (request, response) => {
  request.resume();
  request.on("end", () => response.end("ok"));
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));
