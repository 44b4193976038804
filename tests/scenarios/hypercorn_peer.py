"""What came, as an answer: the method, the path and the size of the body; and a page that nobody may see. Hypercorn serves
it by HTTP/1.1, and by HTTP/2 for whoever upgrades to h2c."""


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["type"] != "http":
        return
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    guarded = scope["path"].startswith("/admin")
    body = b"guarded" if guarded else b"%s %s %d" % (scope["method"].encode(), scope["raw_path"], size)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})
