"""What a server must refuse or bear by RFC 9113, section by section (numbered as RFC 7540 numbered them)."""
from peer import *
from wants import *

GET = request()
POST = request(method="POST")
DUMMY = block(("x-dummy", "x" * 4000))
PROTOCOL = connection_error(PROTOCOL_ERROR)
UNKNOWN_TYPE = frame(0x16, 0, 0, bytes(8))
OPEN = END_HEADERS  # flags of a request whose body follows


def too_many(connection):
    """One stream more than the server allows, with windows that keep them all open."""
    allowed = connection.settings.get(MAX_CONCURRENT_STREAMS, 1000)
    connection.send(b"".join(headers(1 + 2 * i, GET) for i in range(allowed + 1)))


CASES = [
    ("http2/3.5", [
        ("the preface", [PREFACE + settings((INITIAL_WINDOW_SIZE, 65535))], settings_first),
        ("another preface", [b"INVALID CONNECTION PREFACE\r\n\r\n"], end_of_connection),
    ]),
    ("http2/4.1", [
        ("a frame of an unknown type", [UNKNOWN_TYPE, ping()], ping_answer()),
        ("an undefined flag", [ping(flags=0x16)], ping_answer()),
        ("the reserved bit", [frame(PING, 0x16, 0x80000000, bytes(8))], ping_answer()),
    ]),
    ("http2/4.2", [
        ("DATA of 2^14 bytes", [headers(1, POST, OPEN), data(1, bytes(FRAME_BYTES))], response()),
        ("DATA of more", [headers(1, POST, OPEN), data(1, bytes(FRAME_BYTES + 1))], stream_error(FRAME_SIZE_ERROR)),
        ("HEADERS of more", [headers(1, GET + DUMMY * 5)], connection_error(FRAME_SIZE_ERROR)),
    ]),
    ("http2/4.3", [
        ("a section that cannot be decoded", [headers(1, b"\x40")], connection_error(COMPRESSION_ERROR)),
        ("PRIORITY inside a section", [headers(1, GET, 0), priority(1), continuation(1, DUMMY)], PROTOCOL),
        ("HEADERS of another stream inside a section",
         [headers(1, GET, 0), headers(3, GET), continuation(1, DUMMY)], PROTOCOL),
    ]),
    ("http2/5.1", [
        ("DATA on an idle stream", [data(1)], PROTOCOL),
        ("RST_STREAM on an idle stream", [rst_stream(1)], PROTOCOL),
        ("WINDOW_UPDATE on an idle stream", [window_update(1, 100)], PROTOCOL),
        ("CONTINUATION on an idle stream", [continuation(1, GET)], PROTOCOL),
        ("DATA on a half-closed stream", [headers(1, GET), data(1)], stream_error(STREAM_CLOSED)),
        ("HEADERS on a half-closed stream", [headers(1, GET), headers(1, GET)], stream_error(STREAM_CLOSED)),
        ("CONTINUATION on a half-closed stream",
         [headers(1, GET), continuation(1, GET)], stream_error(STREAM_CLOSED, PROTOCOL_ERROR)),
        ("DATA after the client's RST_STREAM",
         [headers(1, GET, OPEN), rst_stream(1), data(1)], stream_error(STREAM_CLOSED)),
        ("HEADERS after the client's RST_STREAM",
         [headers(1, GET, OPEN), rst_stream(1), headers(1, GET)], stream_error(STREAM_CLOSED)),
        ("CONTINUATION after the client's RST_STREAM",
         [headers(1, GET, OPEN), rst_stream(1), continuation(1, DUMMY)], stream_error(STREAM_CLOSED, PROTOCOL_ERROR)),
        ("DATA on a closed stream", [headers(1, GET), answered(), data(1)], stream_error(STREAM_CLOSED)),
        ("HEADERS on a closed stream", [headers(1, GET), answered(), headers(1, GET)], connection_error(STREAM_CLOSED)),
        ("CONTINUATION on a closed stream",
         [headers(1, GET), answered(), continuation(1, DUMMY)], connection_error(STREAM_CLOSED, PROTOCOL_ERROR)),
    ]),
    ("http2/5.1.1", [
        ("an even stream", [headers(2, GET)], PROTOCOL),
        ("a stream below an earlier one", [headers(5, GET), headers(3, GET)], PROTOCOL),
    ]),
    ("http2/5.1.2", [
        ("more streams than allowed",
         [settings((INITIAL_WINDOW_SIZE, 0)), too_many], stream_error(PROTOCOL_ERROR, REFUSED_STREAM)),
    ]),
    ("http2/5.3.1", [
        ("HEADERS that depend on themselves",
         [headers(1, priority_fields(depends_on=1) + GET, END_STREAM | END_HEADERS | WITH_PRIORITY)],
         stream_error(PROTOCOL_ERROR)),
        ("PRIORITY that depends on itself", [priority(1, depends_on=1)], stream_error(PROTOCOL_ERROR)),
    ]),
    ("http2/5.4.1", [
        ("a connection error closes", [ping(stream=3)], end_of_connection),
        ("a connection error is said", [ping(stream=3)], goaway(PROTOCOL_ERROR)),
    ]),
    ("http2/5.5", [
        ("a frame of an unknown type", [UNKNOWN_TYPE, ping()], ping_answer()),
        ("a frame of an unknown type inside a section", [headers(1, GET, END_STREAM), UNKNOWN_TYPE], PROTOCOL),
    ]),
    ("http2/6.1", [
        ("DATA on stream 0", [data(0)], PROTOCOL),
        ("DATA on a stream that is not open", [headers(1, POST), data(1)], stream_error(STREAM_CLOSED)),
        ("DATA with too much padding",
         [headers(1, request(("content-length", "4"), method="POST"), OPEN), data(1, b"\6test", END_STREAM | PADDED)],
         PROTOCOL),
    ]),
    ("http2/6.2", [
        ("PRIORITY after HEADERS without END_HEADERS",
         [headers(1, GET, 0), priority(1), continuation(1, DUMMY)], PROTOCOL),
        ("HEADERS of another stream after HEADERS without END_HEADERS",
         [headers(1, GET, 0), headers(3, GET), continuation(1, DUMMY)], PROTOCOL),
        ("HEADERS on stream 0", [headers(0, GET)], PROTOCOL),
        ("HEADERS with too much padding",
         [headers(1, bytes([len(GET) + 2]) + GET, END_STREAM | END_HEADERS | PADDED)], stream_error(PROTOCOL_ERROR)),
    ]),
    ("http2/6.3", [
        ("PRIORITY on stream 0", [priority(0)], PROTOCOL),
        ("PRIORITY of 4 bytes",
         [headers(1, GET), frame(PRIORITY, 0, 1, bytes(4))], stream_error(FRAME_SIZE_ERROR)),
    ]),
    ("http2/6.4", [
        ("RST_STREAM on stream 0", [rst_stream(0)], PROTOCOL),
        ("RST_STREAM on an idle stream", [rst_stream(1)], PROTOCOL),
        ("RST_STREAM of 3 bytes",
         [headers(1, GET), frame(RST_STREAM, 0, 1, bytes(3))], connection_error(FRAME_SIZE_ERROR)),
    ]),
    ("http2/6.5", [
        ("SETTINGS with ACK and a payload", [frame(SETTINGS, ACK, 0, b"\0")], connection_error(FRAME_SIZE_ERROR)),
        ("SETTINGS on a stream", [frame(SETTINGS, 0, 1, struct.pack(">HI", MAX_CONCURRENT_STREAMS, 100))], PROTOCOL),
        ("SETTINGS of 9 bytes", [frame(SETTINGS, 0, 0, bytes(9))], connection_error(FRAME_SIZE_ERROR)),
    ]),
    ("http2/6.5.2", [
        ("ENABLE_PUSH 2", [settings((ENABLE_PUSH, 2))], PROTOCOL),
        ("INITIAL_WINDOW_SIZE 2^31",
         [settings((INITIAL_WINDOW_SIZE, 1 << 31))], connection_error(FLOW_CONTROL_ERROR)),
        ("MAX_FRAME_SIZE 16383", [settings((MAX_FRAME_SIZE, FRAME_BYTES - 1))], PROTOCOL),
        ("MAX_FRAME_SIZE 2^24", [settings((MAX_FRAME_SIZE, 1 << 24))], PROTOCOL),
        ("an unknown setting", [settings((0xff, 1)), ping()], ping_answer()),
    ]),
    ("http2/6.5.3", [
        ("settings take effect in their order",
         [settings((INITIAL_WINDOW_SIZE, 100), (INITIAL_WINDOW_SIZE, 1)), acknowledged, headers(1, GET)], body_of(1)),
        ("settings are acknowledged", [settings((ENABLE_PUSH, 0))], settings_answer),
    ]),
    ("http2/6.7", [
        ("PING is answered", [ping(b"a ping..")], ping_answer(b"a ping..")),
        ("an answer to PING is not", [ping(b"answered", ACK), ping(b"a ping..")], ping_answer(b"a ping..")),
        ("PING on a stream", [ping(stream=1)], PROTOCOL),
        ("PING of 6 bytes", [ping(bytes(6))], connection_error(FRAME_SIZE_ERROR)),
    ]),
    ("http2/6.8", [
        ("GOAWAY on a stream", [frame(GOAWAY, 0, 1, bytes(8))], PROTOCOL),
    ]),
    ("http2/6.9", [
        ("WINDOW_UPDATE of 0", [window_update(0, 0)], PROTOCOL),
        ("WINDOW_UPDATE of 0 on a stream",
         [headers(1, GET, OPEN), window_update(1, 0)], stream_error(PROTOCOL_ERROR)),
        ("WINDOW_UPDATE of 3 bytes", [frame(WINDOW_UPDATE, 0, 0, b"\0\0\1")], connection_error(FRAME_SIZE_ERROR)),
    ]),
    ("http2/6.9.1", [
        ("a window of 1", [settings((INITIAL_WINDOW_SIZE, 1)), acknowledged, headers(1, GET)], body_of(1)),
        ("a window of the connection above 2^31-1",
         [window_update(0, 0x7fffffff) * 2], goaway(FLOW_CONTROL_ERROR)),
        ("a window of a stream above 2^31-1",
         [headers(1, GET, OPEN), window_update(1, 0x7fffffff) * 2], reset(1, FLOW_CONTROL_ERROR)),
    ]),
    ("http2/6.9.2", [
        ("the windows of open streams follow the setting",
         [settings((INITIAL_WINDOW_SIZE, 0)), acknowledged, headers(1, GET), settings((INITIAL_WINDOW_SIZE, 1))],
         body_of(1)),
        ("a window below zero",
         [settings((INITIAL_WINDOW_SIZE, 3)), acknowledged, headers(1, GET), got_data,
          settings((INITIAL_WINDOW_SIZE, 2)), acknowledged, window_update(1, 2)], body_of(1)),
        ("an initial window above 2^31-1",
         [settings((INITIAL_WINDOW_SIZE, 1 << 31))], connection_error(FLOW_CONTROL_ERROR)),
    ]),
    ("http2/6.10", [
        ("several CONTINUATION",
         [headers(1, GET, END_STREAM), continuation(1, DUMMY, 0), continuation(1, DUMMY)], response()),
        ("another frame after CONTINUATION without END_HEADERS",
         [headers(1, POST, 0), continuation(1, DUMMY, 0), data(1)], PROTOCOL),
        ("CONTINUATION on stream 0", [headers(1, GET, END_STREAM), continuation(0, DUMMY)], PROTOCOL),
        ("CONTINUATION after HEADERS with END_HEADERS", [headers(1, GET), continuation(1, DUMMY)], PROTOCOL),
        ("CONTINUATION after CONTINUATION with END_HEADERS",
         [headers(1, GET, END_STREAM), continuation(1, DUMMY), continuation(1, DUMMY)], PROTOCOL),
        ("CONTINUATION after DATA",
         [headers(1, POST, OPEN), data(1), continuation(1, DUMMY)], PROTOCOL),
    ]),
    ("http2/7", [
        ("GOAWAY of an unknown code",
         [frame(GOAWAY, 0, 0, number32(0) + number32(0xff))], end_of_connection),
        ("RST_STREAM of an unknown code",
         [headers(1, POST, OPEN), rst_stream(1, 0xff), ping()], ping_answer()),
    ]),
]
