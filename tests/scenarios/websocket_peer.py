#!/usr/bin/python3
"""A WebSocket echo server, and a client that talks to it through the proxy; both by the websockets library."""
import asyncio
import ssl
import sys

import websockets


async def serve(port):
    async def echo(connection):
        async for message in connection:
            await connection.send(message)

    async with websockets.serve(echo, "127.0.0.1", port, max_size=None):
        print("ready", flush=True)
        await asyncio.Future()


async def talk(ca):
    context = ssl.create_default_context(cafile=ca)
    async with websockets.connect("wss://shop.test/echo", host="127.0.0.1", port=443, ssl=context,
                                  server_hostname="shop.test",
                                  max_size=None) as connection:
        for message in ["hello", "x" * 1_000_000, b"\x00\xff" * 70_000, ""]:
            await connection.send(message)
            assert await connection.recv() == message, "the echo differs"
        await (await connection.ping())
    assert connection.close_code == 1000, connection.close_code
    print("echoed")


asyncio.run(serve(int(sys.argv[2])) if sys.argv[1] == "serve" else talk(sys.argv[2]))
