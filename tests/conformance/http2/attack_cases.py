"""Attacks that other servers fell to: each costs the attacker its request or its connection, and nothing else.

Floods go beyond the budgets that a connection has by default (limits.http2_resets_per_minute and its neighbour)."""
from peer import *
from wants import *

GET = request()
OPEN = END_HEADERS
MALFORMED = stream_error(PROTOCOL_ERROR)
CALM = connection_error(ENHANCE_YOUR_CALM)
LARGEST = 0x7fffffff
OPEN_WINDOW = window_update(0, LARGEST - 65535)  # of the connection: no response waits for it


def post(*fields):
    return request(*fields, method="POST")


def malformed(name, *fields):
    return name, [headers(1, request(*fields))], MALFORMED


def streams(count, frames):
    """The frames of so many streams, 50 at a time, until all are sent or the server has had enough.

    The server is heard in between, so that it can end them: more than it allows at once are another attack."""
    def step(connection):
        for first in range(0, count, 50):
            connection.send(b"".join(frames(1 + 2 * number) for number in range(first, min(first + 50, count))) + ping())
            got = connection.until_or_end(lambda kind, flags, *_: kind == GOAWAY or kind == PING and flags & ACK)
            if got is None or got[0] == GOAWAY:
                return connection.unread(got)
    return step


def changing_windows(connection):
    """Responses wait for windows, and the windows of all streams are changed again and again."""
    for _ in range(10_000 // 50):
        connection.send(settings((INITIAL_WINDOW_SIZE, LARGEST), (INITIAL_WINDOW_SIZE, 0)) * 50)


def crumbs(count, value=""):
    """One field is put into the table, and then said by a byte each time (RFC 7541, 6.1)."""
    return GET + integer(32, 6, 0x40) + plain(value) + integer(62, 7, 0x80) * count


CASES = [
    ("attacks/messages", [
        *[malformed(name, (name, value)) for name, value in [
            ("connection", "close"), ("keep-alive", "5"), ("proxy-connection", "close"), ("upgrade", "h2c"),
            ("transfer-encoding", "chunked"), ("te", "gzip")]],
        ("a pseudo-header field behind a regular one", [headers(1, block(("a", "b")) + GET)], MALFORMED),
        malformed("END_STREAM and content-length 10", ("content-length", "10")),
        ("content-length 10, 5 bytes and trailers",
         [headers(1, post(("content-length", "10")), OPEN), data(1, b"12345", 0), headers(1, block(("a", "b")))],
         MALFORMED),
        malformed(":protocol of GET", (":protocol", "websocket")),
        malformed("host beside :authority, again and again", *[("host", AUTHORITY)] * 20),
        ("another host beside :authority", [headers(1, request(("host", "other.test")))], MALFORMED),
        ("an index of more than 32 bits",
         [headers(1, GET + b"\xff" + b"\xff" * 9 + b"\x7f")], connection_error(COMPRESSION_ERROR)),
    ]),
    ("attacks/memory", [
        ("16,000 crumbs of a cookie", [headers(1, crumbs(16_000))], CALM),
        ("crumbs of a cookie above the limit for headers", [headers(1, crumbs(4_000, "a=b"))], status("431")),
        ("PING in two pieces", [ping(b"a ping..")[:13], ping(b"a ping..")[13:]], ping_answer(b"a ping..")),
    ]),
    ("attacks/unsettled", [
        ("streams that are refused, by a client that has not heard of a limit and reads nothing",
         [PREFACE + settings((INITIAL_WINDOW_SIZE, 0)), b"".join(headers(1 + 2 * n, GET) for n in range(6_000))], CALM),
    ]),
    ("attacks/floods", [
        ("requests that are taken back",
         [streams(3_000, lambda stream: headers(stream, GET) + rst_stream(stream))], CALM),
        ("requests that are malformed",
         [OPEN_WINDOW, streams(3_000, lambda stream: headers(stream, request(("te", "gzip"))))], CALM),
        ("windows that overflow",
         [streams(1_500, lambda stream: headers(stream, post(), OPEN) + window_update(stream, LARGEST))], CALM),
        ("a window that grows by 0",
         [headers(1, post(), OPEN), window_update(1, 0)], connection_error(PROTOCOL_ERROR)),
        ("bodies that are longer than content-length",
         [streams(1_500, lambda stream: headers(stream, post(("content-length", "1")), OPEN) + data(stream))], CALM),
        ("trailers without END_STREAM",
         [streams(1_500, lambda stream: headers(stream, post(), OPEN) + headers(stream, block(("a", "b")), OPEN))], CALM),
        ("PRIORITY that depends on itself", [priority(1, depends_on=1) * 1_500], connection_error(PROTOCOL_ERROR)),
        ("more streams than allowed",
         [settings((INITIAL_WINDOW_SIZE, 0)), streams(6_000, lambda stream: headers(stream, GET))],
         connection_error(PROTOCOL_ERROR)),
        ("empty CONTINUATION", [headers(1, GET, END_STREAM), continuation(1, b"", 0) * 20_000], CALM),
        ("small CONTINUATION",
         [headers(1, GET, END_STREAM), continuation(1, block(("a", "b")), 0) * 5_000], CALM),
        ("windows that change under 100 streams",
         [settings((INITIAL_WINDOW_SIZE, 0)), streams(100, lambda stream: headers(stream, GET)), changing_windows], CALM),
        ("windows that change under 8 responses",
         [settings((INITIAL_WINDOW_SIZE, LARGEST)), OPEN_WINDOW,
          streams(8, lambda stream: headers(stream, request(path="/large"))), changing_windows], CALM),
    ]),
]
