"""A service that imports what ours does and holds nothing: what a start costs before any of our work."""

import bentoml
from fastapi import FastAPI

import serving.service

app = FastAPI()


class Empty:
    """Answers nothing."""

    libraries = serving.service


fenji = bentoml.asgi_app(app, path="/")(bentoml.service(name="empty", workers=1)(Empty))
