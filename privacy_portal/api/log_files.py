"""The log's proofs for auditors: heads, tiles and bundles as they are published, and export bundles.

Tiles and heads are bytes of the C2SP forms under the prefix `/api/v1/log`, for programs that were not
written here.  They tell nothing of what entries say; an export bundle opens exactly what was asked for,
and that is an entry.
"""

from django.http import HttpResponse
from rest_framework.request import Request as Call
from rest_framework.response import Response

from audit import published, strict
from audit.errors import MalformedProof
from audit.published import Published
from privacy_portal.api import schemas
from privacy_portal.api.asked_of_log import AskBundle
from privacy_portal.api.base import body
from privacy_portal.api.described import described
from privacy_portal.api.exports import AnyMedia
from privacy_portal.api.log import LogResource, one_sealed
from privacy_portal.api.receipts import RETRY_AFTER, SAYS, WAITING, Given, wanted
from privacy_portal.api.schemas import TEXT, WHOLE, a_list, an_object
from privacy_portal.api.schemas import shaped as like
from privacy_portal.exports import bundles
from requests_app import questions
from requests_app.errors import BadInput, NotFound

_BYTES = "application/octet-stream"
_NOTE = "privacy-portal.local/log/1\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n— …\n"
_HASH = like(TEXT, "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=")
INCLUSION = an_object(index=WHOLE, size=WHOLE, root=_HASH, hashes=a_list(_HASH))
CONSISTENCY = an_object(old=WHOLE, new=WHOLE, old_root=_HASH, new_root=_HASH, hashes=a_list(_HASH))
_SIZE = schemas.query("size", "Of the log, at most that of the newest head, which is usual.")
_NEW = schemas.query("new", "The later size, at most that of the newest head, which is usual.")


class _Files(LogResource):
    """What answers with bytes, and with 202 while no signed head is there."""

    content_negotiation_class = AnyMedia

    def waits(self) -> Response:
        told = {"status": "waiting", "detail": SAYS}
        return Response(told, status=202, headers={"Retry-After": str(RETRY_AFTER)})


class EntryReceipt(Given, _Files):
    """The proof of any entry."""

    @described(
        tag="log", gives=None, media={"text/plain": "c2sp.org/tlog-proof@v1\n…\n"}, waits=WAITING,
        refused=(404,), parameters=[schemas.PREFER_WAIT],
    )  # fmt: skip
    def get(self, request: Call, pk: str) -> HttpResponse:
        """Get the proof that an entry stands in the log, sealed: a `.tlog-proof` file."""
        found = one_sealed(pk)
        return self.given(found.eid, f"entry-{found.eid}", wait=wanted(request))


class Checkpoint(_Files):
    """The newest signed head."""

    @described(tag="log", gives=None, media={"text/plain": _NOTE}, waits=WAITING)
    def get(self, request: Call) -> HttpResponse:
        """Get the newest signed head, with the cosignatures of its witnesses."""
        head = published.newest()
        if head is None:
            return self.waits()
        return HttpResponse(head.note, content_type="text/plain; charset=utf-8")


class TileFile(_Files):
    """Tiles and entry bundles."""

    @described(
        tag="log", gives=None, media={_BYTES: "256 hashes, or entries"}, waits=WAITING, refused=(404,)
    )  # fmt: skip
    def get(self, request: Call, place: str) -> HttpResponse:
        """Get a tile of hashes (`tile/0/000`) or a bundle of sealed entries (`tile/entries/000`).

        Paths and bytes are those of C2SP tlog-tiles; `.p/` and a width name what is not full yet.
        """
        if published.newest() is None:
            return self.waits()
        try:
            content = published.file(f"tile/{place}")
        except (MalformedProof, FileNotFoundError):
            raise NotFound from None
        return HttpResponse(content, content_type=_BYTES)


class Inclusion(_Files):
    """That an entry stands at its place."""

    queries = frozenset({"size"})

    @described(tag="log", gives=INCLUSION, waits=WAITING, refused=(404, 422), parameters=[_SIZE])
    def get(self, request: Call, index: str) -> HttpResponse:
        """Get the hashes that lead from an entry's leaf to the root of the log, sibling first."""
        head = published.newest()
        if head is None:
            return self.waits()
        size, place = _asked_size(request, "size", head), _number(index)
        if place >= size:
            raise NotFound
        return Response(
            {
                "index": place,
                "size": size,
                "root": strict.to_b64(head.root_at(size)),
                "hashes": [strict.to_b64(one) for one in head.inclusion(place, size)],
            }
        )


class Consistency(_Files):
    """That a later log begins with an earlier one."""

    queries = frozenset({"new"})

    @described(tag="log", gives=CONSISTENCY, waits=WAITING, refused=(404, 422), parameters=[_NEW])
    def get(self, request: Call, old: str) -> HttpResponse:
        """Get the hashes that show that the log of today begins with the log of then."""
        head = published.newest()
        if head is None:
            return self.waits()
        later, earlier = _asked_size(request, "new", head), _number(old)
        if earlier > later:
            raise NotFound
        return Response(
            {
                "old": earlier,
                "new": later,
                "old_root": strict.to_b64(head.root_at(earlier)),
                "new_root": strict.to_b64(head.root_at(later)),
                "hashes": [strict.to_b64(one) for one in head.consistency(earlier, later)],
            }
        )


class Bundles(_Files):
    """Export bundles."""

    @described(
        tag="log", asks=AskBundle, gives=None, media={"application/zip": "a zip file"},
        waits=WAITING, refused=(404, 409),
    )  # fmt: skip
    def post(self, request: Call) -> HttpResponse:
        """Hand entries over: a zip file that proves itself, with the secrets of those to be opened.

        Whoever is given it checks it with `audit-verify.pyz bundle` and opens exactly the entries
        that were asked for with `opened`. It is an entry, with the reason and what was opened. 202
        while no signed head covers them all.
        """
        asked = questions.parse(AskBundle, body(request), at="", today=self.now.date())
        file = bundles.hand_over(asked, **self.who)
        return self.waits() if file is None else file.response()


def _asked_size(request: Call, name: str, head: Published) -> int:
    asked = request.query_params.get(name)
    size = head.size if asked is None else _whole(asked)
    if size is None or size > head.size:
        sentence = f"Name a size of at most {head.size}, the entries under the newest signed head."
        raise BadInput.one(f"/query/{name}", sentence)
    return size


def _number(written: str) -> int:
    """A number in an address; what is none is not there."""
    found = _whole(written)
    if found is None:
        raise NotFound
    return found


def _whole(written: str) -> int | None:
    try:
        return strict.number(written)
    except MalformedProof:
        return None
