"""Header sections that cannot be decoded (RFC 7541): what follows on the connection cannot be understood either."""
from peer import *
from wants import *

GET = request()
COMPRESSION = connection_error(COMPRESSION_ERROR)
NAME = b"\0" + huffman(huffman_bits("x-test"))
EOS = "1" * 30

CASES = [
    ("hpack/2.3.3", [
        ("an index beyond both tables", [headers(1, GET + integer(126, 7, 0x80))], COMPRESSION),
        ("a name's index beyond both tables", [headers(1, GET + integer(126, 6, 0x40) + plain("x"))], COMPRESSION),
    ]),
    ("hpack/4.2", [
        ("a size update at the end of a section", [headers(1, GET + integer(1, 5, 0x20))], COMPRESSION),
    ]),
    ("hpack/5.2", [
        ("padding of more than 7 bits", [headers(1, GET + NAME + huffman(huffman_bits("test") + "1" * 12))], COMPRESSION),
        ("padding of zeros", [headers(1, GET + NAME + huffman(huffman_bits("test"), "0"))], COMPRESSION),
        ("EOS inside a string",
         [headers(1, GET + NAME + huffman(EOS + huffman_bits("test")))], COMPRESSION),
    ]),
    ("hpack/6.1", [
        ("index 0", [headers(1, GET + b"\x80")], COMPRESSION),
    ]),
    ("hpack/6.3", [
        ("a size update beyond the limit", [headers(1, integer(4097, 5, 0x20) + GET)], COMPRESSION),
    ]),
]
