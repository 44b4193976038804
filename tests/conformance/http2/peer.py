"""A client of HTTP/2 that writes each frame by hand, right or wrong, and says what comes back (RFC 9113, RFC 7541)."""
import socket
import ssl
import struct

import hpack
from hpack.huffman_constants import REQUEST_CODES, REQUEST_CODES_LENGTH

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS, PADDED, WITH_PRIORITY = 0x1, 0x1, 0x4, 0x8, 0x20

NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT, STREAM_CLOSED, FRAME_SIZE_ERROR, \
    REFUSED_STREAM, CANCEL, COMPRESSION_ERROR, CONNECT_ERROR, ENHANCE_YOUR_CALM = range(12)

HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE, \
    MAX_HEADER_LIST_SIZE = range(1, 7)

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
AUTHORITY = "shop.test"
FRAME_BYTES = 16384


def number32(number):
    return struct.pack(">I", number)


def frame(kind, flags, stream, payload=b""):
    return number32(len(payload))[1:] + bytes([kind, flags]) + number32(stream) + payload


def data(stream, payload=b"test", flags=END_STREAM):
    return frame(DATA, flags, stream, payload)


def headers(stream, block, flags=END_STREAM | END_HEADERS):
    return frame(HEADERS, flags, stream, block)


def priority_fields(depends_on=0, exclusive=False, weight=255):
    return number32(depends_on | (0x80000000 if exclusive else 0)) + bytes([weight])


def priority(stream, **fields):
    return frame(PRIORITY, 0, stream, priority_fields(**fields))


def rst_stream(stream, code=CANCEL):
    return frame(RST_STREAM, 0, stream, number32(code))


def settings(*pairs):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", *pair) for pair in pairs))


def ping(payload=b"\0" * 8, flags=0, stream=0):
    return frame(PING, flags, stream, payload)


def window_update(stream, increment):
    return frame(WINDOW_UPDATE, 0, stream, number32(increment))


def continuation(stream, block, flags=END_HEADERS):
    return frame(CONTINUATION, flags, stream, block)


def integer(number, prefix_bits, first=0):
    """RFC 7541, 5.1."""
    most = (1 << prefix_bits) - 1
    if number < most:
        return bytes([first | number])
    number -= most
    out = bytes([first | most])
    while number >= 128:
        out += bytes([number & 0x7f | 0x80])
        number >>= 7
    return out + bytes([number])


def plain(text):
    return integer(len(text), 7) + text.encode()


def huffman_bits(text):
    return "".join(format(REQUEST_CODES[c], f"0{REQUEST_CODES_LENGTH[c]}b") for c in text.encode())


def huffman(bits, padding="1"):
    """RFC 7541, 5.2: the bits of the code for EOS fill the last byte, unless the case wants it otherwise."""
    bits += padding * (-len(bits) % 8)
    octets = bytes(int(bits[at:at + 8], 2) for at in range(0, len(bits), 8))
    return integer(len(octets), 7, 0x80) + octets


def block(*fields):
    """Literals without indexing (RFC 7541, 6.2.2)."""
    return b"".join(b"\0" + plain(name) + plain(value) for name, value in fields)


def request(*more, method="GET", scheme="https", path="/", authority=AUTHORITY):
    """A request's header section. What is None is left out."""
    pseudo = [(":method", method), (":scheme", scheme), (":path", path), (":authority", authority)]
    return block(*[field for field in pseudo if field[1] is not None], *more)


class Connection:
    def __init__(self, port, patience):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_alpn_protocols(["h2"])
        raw = socket.create_connection(("127.0.0.1", port), timeout=patience)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(raw, server_hostname=AUTHORITY)
        assert self.socket.selected_alpn_protocol() == "h2", "no HTTP/2"
        self.buffer = b""
        self.settings = {}
        self.again = []
        self.decoder = hpack.Decoder()

    def close(self):
        self.socket.close()

    def send(self, octets):
        """A server that has closed the connection by now is seen when it is read."""
        try:
            self.socket.sendall(octets)
        except OSError:
            pass

    def _read(self, size):
        while len(self.buffer) < size:
            try:
                more = self.socket.recv(65536)
            except TimeoutError:
                raise
            except OSError:
                more = b""
            if not more:
                return None
            self.buffer += more
        octets, self.buffer = self.buffer[:size], self.buffer[size:]
        return octets

    def frame(self):
        """(type, flags, stream, payload), or None at the end of the connection; TimeoutError when nothing comes."""
        if self.again:
            return self.again.pop()
        head = self._read(9)
        if head is None:
            return None
        payload = self._read(int.from_bytes(head[:3], "big"))
        if payload is None:
            return None
        return head[3], head[4], int.from_bytes(head[5:], "big") & 0x7fffffff, payload

    def unread(self, got):
        """What frame() gives next."""
        self.again.append(got)

    def until_or_end(self, condition):
        """The first frame for which the condition holds; None when the connection ends before."""
        while (got := self.frame()) and not condition(*got):
            pass
        return got

    def until(self, condition):
        got = self.until_or_end(condition)
        assert got is not None, "the connection ended"
        return got

    def handshake(self):
        """Both sides have said their settings and acknowledged the other's (RFC 9113, 3.4 and 6.5.3)."""
        self.send(PREFACE + settings((INITIAL_WINDOW_SIZE, 65535)))
        missing = {0, ACK}
        while missing:
            _, flags, _, payload = self.until(lambda kind, *_: kind == SETTINGS)
            if not flags & ACK:
                self.settings = dict(struct.iter_unpack(">HI", payload))
                self.send(frame(SETTINGS, ACK, 0))
            missing.discard(flags & ACK)
