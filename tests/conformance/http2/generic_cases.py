"""What every server must take: frames of each kind in the states where they are allowed, and each form of HPACK."""
from peer import *
from wants import *

GET = request()
POST = request(method="POST")


def literal(first, prefix_bits, name, coded):
    """Each of the three literals differs in its first bits, and in how many follow for the index of a name."""
    value = huffman(huffman_bits("conform")) if coded else plain("conform")
    if name == "indexed":
        return integer(58, prefix_bits, first) + value  # user-agent
    text = "x-test"
    return bytes([first]) + (huffman(huffman_bits(text)) if coded else plain(text)) + value


def literals():
    for kind, first, prefix_bits in [("with incremental indexing", 0x40, 6), ("without indexing", 0x00, 4),
                                     ("never indexed", 0x10, 4)]:
        for name in ["indexed", "new"]:
            for coded in [False, True]:
                yield (f"a literal {kind}, {name} name{', Huffman' if coded else ''}",
                       [headers(1, GET + literal(first, prefix_bits, name, coded))], response())


CASES = [
    ("generic/1", [
        ("the preface", [PREFACE + settings((INITIAL_WINDOW_SIZE, 65535))], settings_first),
    ]),
    ("generic/2", [
        ("PRIORITY on an idle stream", [priority(1), ping()], ping_answer()),
        ("WINDOW_UPDATE on a half-closed stream",
         [settings((INITIAL_WINDOW_SIZE, 0)), headers(1, GET), window_update(1, 1)], body_of(1)),
        ("PRIORITY on a half-closed stream",
         [settings((INITIAL_WINDOW_SIZE, 0)), headers(1, GET), priority(1), window_update(1, 1)], body_of(1)),
        ("RST_STREAM on a half-closed stream", [headers(1, GET), rst_stream(1), ping()], still_there),
        ("PRIORITY on a closed stream", [headers(1, GET), answered(), priority(1), ping()], ping_answer()),
    ]),
    ("generic/3.1", [
        ("DATA", [headers(1, POST, END_HEADERS), data(1)], response()),
        ("several DATA", [headers(1, POST, END_HEADERS), data(1, flags=0), data(1)], response()),
        ("padded DATA",
         [headers(1, POST, END_HEADERS), data(1, b"\6test" + bytes(6), END_STREAM | PADDED)], response()),
    ]),
    ("generic/3.2", [
        ("HEADERS", [headers(1, GET)], response()),
        ("padded HEADERS",
         [headers(1, b"\x08" + GET + bytes(8), END_STREAM | END_HEADERS | PADDED)], response()),
        ("HEADERS with a priority",
         [headers(1, priority_fields() + GET, END_STREAM | END_HEADERS | WITH_PRIORITY)], response()),
    ]),
    ("generic/3.3", [
        ("PRIORITY of weight 1", [priority(1, weight=0), headers(1, GET)], response()),
        ("PRIORITY of weight 256", [priority(1), headers(1, GET)], response()),
        ("PRIORITY that depends on another", [priority(3, depends_on=1), headers(1, GET)], response()),
        ("PRIORITY, exclusive", [priority(1, exclusive=True), headers(1, GET)], response()),
        ("PRIORITY on an idle stream, HEADERS on a lower one", [priority(3), headers(1, GET)], response()),
    ]),
    ("generic/3.4", [
        ("RST_STREAM", [headers(1, GET, END_HEADERS), rst_stream(1), ping()], still_there),
    ]),
    ("generic/3.5", [
        ("SETTINGS",
         [settings((HEADER_TABLE_SIZE, 4096), (ENABLE_PUSH, 1), (MAX_CONCURRENT_STREAMS, 100),
                   (INITIAL_WINDOW_SIZE, 65535), (MAX_FRAME_SIZE, FRAME_BYTES), (MAX_HEADER_LIST_SIZE, 100))],
         settings_answer),
    ]),
    ("generic/3.7", [
        ("PING", [ping(b"a ping..")], ping_answer(b"a ping..")),
    ]),
    ("generic/3.8", [
        ("GOAWAY", [frame(GOAWAY, 0, 0, number32(0) + number32(NO_ERROR) + b"bye")], end_of_connection),
    ]),
    ("generic/3.9", [
        ("WINDOW_UPDATE of the connection", [window_update(0, 1), ping()], ping_answer()),
        ("WINDOW_UPDATE of a stream", [headers(1, GET), window_update(1, 1)], response()),
    ]),
    ("generic/3.10", [
        ("CONTINUATION", [headers(1, GET[:5], END_STREAM), continuation(1, GET[5:])], response()),
        ("several CONTINUATION",
         [headers(1, GET[:5], END_STREAM), continuation(1, GET[5:10], 0), continuation(1, GET[10:])], response()),
    ]),
    ("generic/4", [
        ("GET", [headers(1, GET)], response()),
        ("HEAD", [headers(1, request(method="HEAD"))], response()),
        ("POST", [headers(1, POST, END_HEADERS), data(1)], response()),
        ("POST with trailers",
         [headers(1, request(("trailer", "x-test"), method="POST"), END_HEADERS), data(1, flags=0),
          headers(1, block(("x-test", "ok")))], response()),
    ]),
    ("generic/5", [
        ("an indexed field", [headers(1, GET + b"\xba")], response()),
        *literals(),
        ("a size update", [headers(1, b"\x20" + GET)], response()),
        ("two size updates", [headers(1, b"\x20" + integer(4096, 5, 0x20) + GET)], response()),
    ]),
]
