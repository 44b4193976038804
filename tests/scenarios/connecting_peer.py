#!/usr/bin/python3
"""Connects over TLS again and again: connecting_peer.py TIMES CA SOURCE. Prints how often it got in."""
import socket
import ssl
import sys

times, ca, source = int(sys.argv[1]), sys.argv[2], sys.argv[3]
context = ssl.create_default_context(cafile=ca)
let_in = 0
for _ in range(times):
    try:
        with socket.create_connection(("127.0.0.1", 443), timeout=20, source_address=(source, 0)) as raw:
            with context.wrap_socket(raw, server_hostname="shop.test"):
                let_in += 1
    except (ConnectionError, ssl.SSLError):
        pass
print("let in", let_in)
