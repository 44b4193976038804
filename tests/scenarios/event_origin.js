#!/usr/bin/node
// An origin with event streams, by node's own http and http2: event_origin.js http1|h2c PORT. It says on standard output
// when a stream was begun, and when its client has left: "gone CODE" with the code of RST_STREAM, "gone" for HTTP/1.
'use strict';

const [, , protocol, port] = process.argv;
const open = new Set();

function serve(request, response) {
    if (request.url !== '/events') {
        // Every stream that is open hears of it.
        open.forEach((stream) => stream.write('data: tick\n\n'));
        return response.end('ok');
    }
    response.writeHead(200, {'content-type': 'text/event-stream'});
    response.write('data: begin\n\n');
    open.add(response);
    console.log('begun');
    response.on('close', () => {
        open.delete(response);
        console.log(protocol === 'h2c' ? `gone ${response.stream.rstCode}` : 'gone');
    });
}

const server = protocol === 'h2c' ? require('http2').createServer(serve) : require('http').createServer(serve);
server.listen(Number(port), '127.0.0.1', () => console.log('ready'));
