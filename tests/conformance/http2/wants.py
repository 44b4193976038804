"""What a case waits for: functions of a connection that give "" when it came, and what came instead otherwise.

A connection that is closed counts as a connection error whatever was said before (RFC 9113, 5.4.1: an endpoint SHOULD send
GOAWAY, and MUST close). The text then begins with "closed", and the proxy's own test does not accept it."""
from peer import (ACK, CANCEL, DATA, END_STREAM, GOAWAY, HEADERS, NO_ERROR, PING, RST_STREAM, SETTINGS)

CLOSED = "closed"


def _code(payload):
    return int.from_bytes(payload[:4], "big")


def _goaway_code(payload):
    return int.from_bytes(payload[4:8], "big")


def _error(connection, codes, kinds):
    seen = "nothing"
    while True:
        try:
            got = connection.frame()
        except TimeoutError:
            return f"saw {seen}, then waited in vain"
        if got is None:
            return f"{CLOSED}, saw {seen}"
        kind, _, stream, payload = got
        if kind == GOAWAY and _goaway_code(payload) in codes:
            return ""
        if kind == RST_STREAM and RST_STREAM in kinds and _code(payload) in codes:
            return ""
        if kind == GOAWAY and _goaway_code(payload) != NO_ERROR:
            seen = f"GOAWAY {_goaway_code(payload)}"
        elif kind == RST_STREAM:
            seen = f"RST_STREAM {_code(payload)} of {stream}"
        elif kind in (DATA, HEADERS):
            seen = f"{'DATA' if kind == DATA else 'HEADERS'} of {stream}"


def connection_error(*codes):
    return lambda connection: _error(connection, codes, (GOAWAY,))


def stream_error(*codes):
    """RST_STREAM, or the larger answer to the same fault: the end of the connection (RFC 9113, 5.4.1)."""
    return lambda connection: _error(connection, codes, (GOAWAY, RST_STREAM))


def _wanted(connection, condition):
    try:
        while True:
            got = connection.frame()
            if got is None:
                return "the connection ended"
            kind, flags, stream, payload = got
            if condition(kind, flags, stream, payload):
                return ""
            if kind == GOAWAY and _goaway_code(payload) != NO_ERROR:
                return f"saw GOAWAY {_goaway_code(payload)}"
            if kind == RST_STREAM and _code(payload) not in (NO_ERROR, CANCEL):
                return f"saw RST_STREAM {_code(payload)} of {stream}"
    except TimeoutError:
        return "waited in vain"


def response(stream=1):
    return lambda connection: _wanted(connection, lambda kind, flags, of, payload: kind == HEADERS and of == stream)


def status(*codes):
    """The status of the first response."""
    def want(connection):
        got = []

        def is_head(kind, flags, of, payload):
            if kind == HEADERS:
                got.append(dict(connection.decoder.decode(payload))[":status"])
            return kind == HEADERS
        return _wanted(connection, is_head) or ("" if got[0] in codes else f"status {got[0]}")
    return want


def ping_answer(octets=b"\0" * 8):
    """The answer to that very PING, and none to any other."""
    def want(connection):
        others = []

        def answers(kind, flags, stream, payload):
            if kind == PING and flags & ACK and payload != octets:
                others.append(payload)
            return kind == PING and flags & ACK and payload == octets
        return _wanted(connection, answers) or (f"an answer to {others}" if others else "")
    return want


def settings_answer(connection):
    return _wanted(connection, lambda kind, flags, *_: kind == SETTINGS and flags & ACK)


def body_of(length):
    """The next DATA frame has exactly that length."""
    def want(connection):
        lengths = []

        def is_data(kind, flags, stream, payload):
            if kind == DATA:
                lengths.append(len(payload))
            return kind == DATA
        return _wanted(connection, is_data) or ("" if lengths == [length] else f"DATA of {lengths[0]} bytes")
    return want


def settings_first(connection):
    """The server's preface is its first frame (RFC 9113, 3.4)."""
    kind, flags, *_ = connection.frame() or (None, 0)
    return "" if kind == SETTINGS and not flags & ACK else f"the first frame is of type {kind}"


def goaway(*codes):
    """The frame, not only the end of the connection."""
    def want(connection):
        return _wanted(connection, lambda kind, flags, stream, payload: kind == GOAWAY and _goaway_code(payload) in codes)
    return want


def reset(stream, *codes):
    def want(connection):
        return _wanted(connection, lambda kind, flags, of, payload:
                       kind == RST_STREAM and of == stream and _code(payload) in codes)
    return want


def end_of_connection(connection):
    try:
        while connection.frame():
            pass
    except TimeoutError:
        return "the connection is still open"
    return ""


def still_there(connection):
    """PING is answered: nothing that came before it ended the connection. Or it has been closed without an error."""
    got = ping_answer()(connection)
    return "" if got == "the connection ended" else got


# Steps between what is sent.

def answered(stream=1):
    """Waits until the response has ended: the stream is closed, and both sides know it."""
    return lambda connection: connection.until(
        lambda kind, flags, of, payload: kind in (DATA, HEADERS) and of == stream and flags & END_STREAM)


def got_data(connection):
    connection.until(lambda kind, *_: kind == DATA)


def acknowledged(connection):
    connection.until(lambda kind, flags, *_: kind == SETTINGS and flags & ACK)
