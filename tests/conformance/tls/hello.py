"""A ClientHello written by hand, right or wrong (RFC 8446, 4.1.2; RFC 5246, 7.4.1.2)."""
import os
import struct

ALERT, CCS, HANDSHAKE, APPLICATION_DATA = 21, 20, 22, 23
CLIENT_HELLO = 1
SERVER_NAME, GROUPS, POINT_FORMATS, SIGNATURES, ALPN, ENCRYPT_THEN_MAC, MASTER_SECRET, PRE_SHARED_KEY, EARLY_DATA, \
    VERSIONS, COOKIE, PSK_MODES, KEY_SHARE, RENEGOTIATION = 0, 10, 11, 13, 16, 22, 23, 41, 42, 43, 44, 45, 51, 0xff01
X25519, P256, P384 = 0x1d, 0x17, 0x18


def u8(number):
    return bytes([number])


def u16(number):
    return struct.pack(">H", number)


def vector8(octets):
    return u8(len(octets)) + octets


def vector16(octets):
    return u16(len(octets)) + octets


def u16s(*numbers):
    return b"".join(map(u16, numbers))


def server_name(name=b"shop.test", kind=0):
    return vector16(u8(kind) + vector16(name))


def protocols(*names):
    return vector16(b"".join(vector8(name) for name in names))


def share(group=X25519, key=b"\x09" + bytes(31)):
    return u16(group) + vector16(key)


# Of TLS 1.3, with 1.2 to fall back to: in an order, of types and contents.
EXTENSIONS = {
    SERVER_NAME: server_name(),
    GROUPS: vector16(u16s(X25519, P256, P384)),
    POINT_FORMATS: vector8(b"\0"),
    SIGNATURES: vector16(u16s(0x0403, 0x0804, 0x0401)),
    ALPN: protocols(b"http/1.1"),
    MASTER_SECRET: b"",
    VERSIONS: vector8(u16s(0x0304, 0x0303)),
    PSK_MODES: vector8(b"\1"),
    KEY_SHARE: vector16(share()),
}
SUITES = (0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f)


def record(octets, kind=HANDSHAKE, version=0x0301):
    return u8(kind) + u16(version) + vector16(octets)


def message(octets, kind=CLIENT_HELLO):
    return u8(kind) + struct.pack(">I", len(octets))[1:] + octets


def extension(kind, content):
    return u16(kind) + vector16(content)


def body(change=None, version=0x0303, suites=SUITES, session=bytes(32), compression=b"\0", tail=b"", after=b"",
         extensions=None):
    """change: extensions to put in place of the usual ones; None for one leaves it out. tail: after the last one."""
    if extensions is None:
        all_of_them = {**EXTENSIONS, **(change or {})}
        extensions = vector16(b"".join(extension(kind, content) for kind, content in all_of_them.items()
                                       if content is not None) + tail)
    suites = u16s(*suites) if isinstance(suites, tuple) else suites
    return u16(version) + os.urandom(32) + vector8(session) + vector16(suites) + vector8(compression) + extensions + after


def hello(*arguments, **named):
    return record(message(body(*arguments, **named)))


def hello12(change=None, **named):
    """Of a client that knows nothing newer than TLS 1.2."""
    return hello({VERSIONS: None, PSK_MODES: None, KEY_SHARE: None, **(change or {})}, **named)
