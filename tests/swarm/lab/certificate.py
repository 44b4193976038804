"""Certificates: an authority that clients trust, and a name for all hosts of the lab."""

from pathlib import Path

from command import must

DOMAIN = "lab.test"
_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]


async def issue(folder: Path) -> None:
    """Writes ca.pem, lab.pem and lab.key."""
    at = lambda name: str(folder / name)
    await must("openssl", "req", "-x509", *_KEY, "-keyout", at("ca.key"), "-out", at("ca.pem"), "-days", "60", "-subj",
               "/CN=ca")
    await must("openssl", "req", *_KEY, "-keyout", at("lab.key"), "-out", at("request"), "-subj", f"/CN={DOMAIN}",
               "-addext", f"subjectAltName=DNS:*.{DOMAIN}")
    await must("openssl", "x509", "-req", "-in", at("request"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-days",
               "60", "-copy_extensions", "copy", "-out", at("lab.pem"))
