#!/usr/bin/python3
"""Two applications with a guarded page, as their frameworks' users write them: Flask (WSGI), and plain ASGI."""
import posixpath

import flask

GUARDED = "guarded"
OPEN = "open"

flask_app = flask.Flask(__name__)


@flask_app.route("/admin")
@flask_app.route("/admin/<path:rest>")
@flask_app.route("/staff")
@flask_app.route("/staff/<path:rest>")
def guarded(rest=""):
    return GUARDED


@flask_app.route("/")
@flask_app.route("/<path:rest>")
def everything_else(rest=""):
    return OPEN


async def asgi_app(scope, receive, send):
    """Serves what a folder of files would be: the decoded path, normalised as a file system does it."""
    if scope["type"] != "http":
        return
    path = posixpath.normpath("/" + scope["path"].lstrip("/"))
    inside = any((one + "/").startswith(("/admin/", "/staff/")) for one in (path, scope["path"]))
    body = (GUARDED if inside else OPEN).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})
