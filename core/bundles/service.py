"""A bundle over HTTP on this machine: health, schema and predictions as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from core.bundles import standalone_runner
from core.bundles.loaded_bundle import LoadedBundle
from core.schema import LoadError

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse

HOST = "127.0.0.1"
MOST_BYTES = 5_000_000


def service(bundle: LoadedBundle) -> Starlette:
    """The web application of a bundle.

    Args:
        bundle: the model.

    Returns:
        GET /health, GET /schema and POST /predict.
    """
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def health(request: Request) -> JSONResponse:
        return JSONResponse({"state": "ready", "digest": bundle.digest, "model": bundle.card["title"]})

    async def schema(request: Request) -> JSONResponse:
        return JSONResponse(bundle.schema)

    async def predict(request: Request) -> JSONResponse:
        data = b""
        async for piece in request.stream():
            data += piece
            if len(data) > MOST_BYTES:
                return JSONResponse({"error": f"a request holds at most {MOST_BYTES:,} bytes"}, 413)
        try:
            asked = json.loads(data)
            return JSONResponse({"predictions": await run_in_threadpool(standalone_runner.answer_rows, bundle, asked)})
        except (standalone_runner.Refused, LoadError, ValueError, TypeError, KeyError) as error:
            return JSONResponse({"error": str(error)[:300]}, 422)

    return Starlette(
        routes=[Route("/health", health), Route("/schema", schema), Route("/predict", predict, methods=["POST"])]
    )


def serve(bundle: LoadedBundle, port: int) -> None:
    """Answers on loopback until it is interrupted.

    Args:
        bundle: the model. port: to listen on.

    Returns:
        Nothing, once it is interrupted.
    """
    import uvicorn

    uvicorn.run(service(bundle), host=HOST, port=port, log_level="warning")
