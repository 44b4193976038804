// A guarded page behind Node, routed in the two ways that are usual there: by the parsed URL, as fetch handlers and
// many frameworks do it, and by a prefix of the target in any letter case, as Express does it.
'use strict';
const http = require('http');

const guarded = /^\/(admin|staff)(\/|$)/i;

function parsed(target) {
  try {
    return decodeURIComponent(new URL(target, 'http://origin').pathname);
  } catch {
    return '/';
  }
}

http
  .createServer((request, response) => {
    const target = request.url.split('?')[0];
    response.end(guarded.test(parsed(request.url)) || guarded.test(target) ? 'guarded' : 'open');
  })
  .listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
