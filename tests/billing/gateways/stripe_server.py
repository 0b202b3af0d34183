"""Stripe's API as its reference documents it, as far as the adapter uses it: objects, errors and idempotency keys, in
memory. It is no proof that Stripe itself behaves so."""

import itertools
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

Object = dict[str, Any]
SECRET = "whsec_made_up"


class CardDeclined(Exception):
    def __init__(self, error: Object) -> None:
        self.error = error


@dataclass
class StripeServer:
    """``method_behaviour`` says what a charge of a payment method leads to; ``drop`` lets the next answers get lost
    after the request has had its effect."""

    objects: dict[str, Object] = field(default_factory=dict)
    seen: list[tuple[str, str, Object]] = field(default_factory=list)
    by_key: dict[str, tuple[str, tuple[int, Object]]] = field(default_factory=dict)
    method_behaviour: dict[str, str] = field(default_factory=dict)
    drop: int = 0
    fail_with: int = 0
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/v1/{path:.*}", self._handle)
        return app

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        posted = request.method == "POST"
        form = nested(parse_qsl(await request.text()) if posted else list(request.query.items()))
        path = request.match_info["path"]
        self.seen.append((request.method, path, form))
        if self.fail_with:
            return web.json_response({"error": {"type": "api_error"}}, status=self.fail_with)
        status, answer = self._once(request.headers.get("Idempotency-Key"), request.method, path, form)
        if self.drop:
            self.drop -= 1
            assert request.transport is not None
            request.transport.close()
        return web.json_response(answer, status=status)

    def _once(self, key: str | None, method: str, path: str, form: Object) -> tuple[int, Object]:
        """The first answer under a key is given again, and another request under it is refused."""
        said = f"{path} {json.dumps(form, sort_keys=True)}"
        if key and key in self.by_key:
            known, answer = self.by_key[key]
            return answer if known == said else (400, {"error": {"type": "idempotency_error"}})
        try:
            answer = 200, self._do(method, path, form)
        except CardDeclined as declined:
            answer = 402, {"error": declined.error}
        except KeyError as missing:
            error = {"type": "invalid_request_error", "code": "resource_missing", "message": f"No such {missing}"}
            answer = 404, {"error": error}
        if key:
            self.by_key[key] = said, answer
        return answer

    def _do(self, method: str, path: str, form: Object) -> Object:
        makers = {"customers": self._customer, "checkout/sessions": self._page, "payment_intents": self._charge,
                  "refunds": self._refund}  # fmt: skip
        if method == "POST" and path in makers:
            return makers[path](form)
        if method == "POST":
            self.objects[path.split("/")[1]]["customer"] = None  # payment_methods/<id>/detach
            return self.objects[path.split("/")[1]]
        if "/" in path:
            return self.objects[path.split("/")[1]]
        name, value = next((n, form[n]) for n in ("customer", "payment_method") if n in form)
        mine = [o for o in self.objects.values() if o.get(name) == value and o["object"] == path.removesuffix("s")]
        return {"object": "list", "url": f"/v1/{path}", "has_more": False, "data": mine[::-1]}

    def _customer(self, form: Object) -> Object:
        return self.keep("cus", "customer", form)

    def _page(self, form: Object) -> Object:
        made = self.keep("cs", "checkout.session", form)
        return made | {"url": f"https://checkout.stripe.example/c/pay/{made['id']}"}

    def _refund(self, form: Object) -> Object:
        assert form["payment_intent"] in self.objects
        return self.keep("re", "refund", form | {"status": "succeeded"})

    def _charge(self, form: Object) -> Object:
        behaviour = self.method_behaviour.get(form["payment_method"], "succeeded")
        about = form | {"amount": int(form["amount"]), "status": behaviour}
        if behaviour in ("succeeded", "processing"):
            return self.keep("pi", "payment_intent", about)
        about |= {
            "status": "requires_payment_method",
            "last_payment_error": {"code": "card_declined", "decline_code": behaviour},
        }
        made = self.keep("pi", "payment_intent", about)
        raise CardDeclined({"type": "card_error", "code": "card_declined", "decline_code": behaviour,
                            "message": "Your card was declined.", "payment_intent": made})  # fmt: skip

    def keep(self, prefix: str, kind: str, fields: Object) -> Object:
        made: Object = {"id": f"{prefix}_{next(self._ids)}", "object": kind, "livemode": False, "metadata": {}} | fields
        self.objects[made["id"]] = made
        return made


def nested(pairs: list[tuple[str, str]]) -> Object:
    """Stripe's form encoding, ``a[b][0]=c``, as nested objects; the numbers of lists stay keys."""
    found: Object = {}
    for name, value in pairs:
        *way, last = name.replace("]", "").split("[")
        place = found
        for part in way:
            place = place.setdefault(part, {})
        place[last] = value
    for name in ("payment_method_types", "expand"):
        if isinstance(found.get(name), dict):
            found[name] = list(found[name].values())
    return found
