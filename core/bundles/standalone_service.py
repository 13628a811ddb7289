"""The JSON service of the stand-alone runner: it stands beside predict.py in a bundle, which starts it with --serve."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import predict  # type: ignore[import-not-found]

MOST_BYTES = 5_000_000


def serve(model: predict.StandaloneModel, host: str, port: int) -> None:
    """Answers over HTTP until it is interrupted."""

    class Handler(BaseHTTPRequestHandler):
        def reply(self, status: int, told: object) -> None:
            data = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            told = {"/health": {"state": "ready", "digest": model.digest}, "/schema": model.schema}.get(self.path)
            self.reply(404 if told is None else 200, told or {"error": "ask /health, /schema or POST /predict"})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if self.path != "/predict" or not 0 < length <= MOST_BYTES:
                self.reply(
                    413 if length > MOST_BYTES else 404, {"error": f"POST /predict with at most {MOST_BYTES:,} bytes"}
                )
                return
            try:
                self.reply(200, {"predictions": predict.answer_rows(model, json.loads(self.rfile.read(length)))})
            except (predict.Refused, ValueError, TypeError, KeyError) as error:
                self.reply(422, {"error": str(error)[:300]})

    server = ThreadingHTTPServer((host, port), Handler)
    sys.stderr.write(f"answering at http://{host}:{server.server_port} (/health, /schema, POST /predict)\n")
    server.serve_forever()
