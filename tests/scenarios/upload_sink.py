#!/usr/bin/python3
"""An origin that reads request bodies of known length, however long, and answers how many bytes it got."""
import socket
import sys
import threading


def serve(connection):
    block = bytearray(1 << 20)
    with connection:
        while True:
            head = b""
            while b"\r\n\r\n" not in head:
                count = connection.recv_into(block)
                if count == 0:
                    return
                head += block[:count]
            head, _, body = head.partition(b"\r\n\r\n")
            fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
            length = int(fields.get(b"content-length", b"0"))
            got = len(body)
            while got < length:
                count = connection.recv_into(block)
                if count == 0:
                    return
                got += count
            answer = str(got).encode()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))


listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
