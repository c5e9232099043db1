"""The OpenAPI shapes that are not inputs. Inputs come from the questions themselves."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiTypes

from requests_app.kinds import registry
from requests_app.questions import example, json_schema

Schema = dict[str, Any]


def of(details: type[Any]) -> Schema:
    """The body a dataclass of questions describes."""
    return {"application/json": json_schema(details)}


def any_of(inputs: list[type[Any]]) -> Schema:
    """One of several bodies: a move's input may differ from kind to kind."""
    different = list(dict.fromkeys(inputs))
    if len(different) == 1:
        return of(different[0])
    return {"application/json": {"oneOf": [json_schema(one) for one in different]}}


def filing() -> Schema:
    """The body of a new request: for each kind its own details."""
    from requests_app.actions.file import FileOwn, intake

    shapes = []
    for kind in registry.all_kinds():
        for who in (FileOwn, intake(kind)):
            shape = json_schema(who)
            named = {"kind": {"const": kind.name}, "details": json_schema(kind.Details)}
            shape["properties"] = named | shape["properties"]
            shape["required"] = ["kind", "details", *shape["required"]]
            shape["title"] = f"{kind.title} ({'own' if who is FileOwn else 'taken down by staff'})"
            shape.pop("examples", None)
            shapes.append(shape)
    return {"application/json": {"oneOf": shapes}}


def an_object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def a_list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def maybe(kind: str, **more: Any) -> Schema:
    return {"type": [kind, "null"], **more}


def shaped(schema: Schema, shown: Any) -> Schema:
    """The shape with an example of its own, where the usual one of its name would mislead."""
    return {**schema, "examples": [shown]}


TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
ANY: Schema = {"type": "object"}

PROBLEM = an_object(type=TEXT, title=TEXT, status=WHOLE, detail=TEXT) | {
    "description": "A problem document (RFC 9457). `errors` names each field to put right.",
}
PROBLEM["properties"] |= {
    "citation": TEXT,
    "state": TEXT,
    "etag": TEXT,
    "actions": a_list(TEXT),
    "errors": a_list(an_object(pointer=TEXT, detail=TEXT)),
}

REQUEST_LINE = an_object(
    reference=TEXT,
    kind=TEXT,
    title=TEXT,
    state=TEXT,
    state_label=TEXT,
    version=WHOLE,
    site=TEXT,
    patient=maybe("string"),
    channel=TEXT,
    received_at=INSTANT,
    received_on=DAY,
    due_on=maybe("string", format="date"),
    answered_on=maybe("string", format="date"),
    assigned_to=maybe("string"),
    url=TEXT,
)
ACTION = an_object(
    name=TEXT,
    title=TEXT,
    allowed=FLAG,
    reason=maybe("string"),
    citation=maybe("string"),
    input_schema=ANY,
    url=TEXT,
    method=TEXT,
)
ACTIONS = an_object(actions=a_list(ACTION))
REQUEST = {
    **REQUEST_LINE,
    "properties": REQUEST_LINE["properties"]
    | {
        "citation": TEXT,
        "entered_at": INSTANT,
        "due_at": maybe("string", format="date-time"),
        "identity_confirmed_at": maybe("string", format="date-time"),
        "answered_at": maybe("string", format="date-time"),
        "representative": maybe("string"),
        "fee_cents": maybe("integer"),
        "reviewer": maybe("string"),
        "follows": shaped(maybe("string"), None),
        "goes_on_as": shaped(maybe("string"), None),
        "asker": ANY,
        "wishes": ANY,
        "details": ANY,
        "links": ANY,
        "actions": a_list(ACTION),
    },
}
#: As filed: what can be done with it is asked of the request itself.
REQUEST_FILED = {
    **REQUEST,
    "properties": {
        name: shape for name, shape in REQUEST["properties"].items() if name != "actions"
    },
}
TIMELINE = an_object(
    timeline=a_list(
        an_object(
            version=WHOLE,
            move=TEXT,
            title=TEXT,
            state=TEXT,
            state_label=TEXT,
            at=INSTANT,
            by=TEXT,
            receipt=TEXT,
        )
    )
)
CLOCK = an_object(
    received_on=DAY,
    due_on=maybe("string", format="date"),
    due_at=maybe("string", format="date-time"),
    target_on=maybe("string", format="date"),
    answered_on=maybe("string", format="date"),
    late=FLAG,
    steps=a_list(
        an_object(
            version=WHOLE,
            cause=TEXT,
            at=INSTANT,
            due_on=maybe("string", format="date"),
            explanation=a_list(TEXT),
            rows=a_list(ANY),
        )
    ),
)
LETTERS = an_object(
    letters=a_list(
        an_object(
            id=TEXT,
            template=TEXT,
            subject=TEXT,
            body=TEXT,
            sha256=TEXT,
            provided=TEXT,
            sent_at=INSTANT,
        )
    )
)
MESSAGE = an_object(id=TEXT, direction=TEXT, body=TEXT, by=TEXT, written_at=INSTANT)
MESSAGES = an_object(messages=a_list(MESSAGE))

MEASURE = an_object(
    id=TEXT,
    measure=shaped(TEXT, "mitigation"),
    what=TEXT,
    taken_on=DAY,
    by=TEXT,
    recorded_at=INSTANT,
)
FOLLOW_UP = an_object(
    measures=a_list(MEASURE),
    adverse=a_list(
        an_object(
            request=maybe("string"),
            patient=shaped(maybe("string"), None),
            move=shaped(TEXT, "deny"),
            why=shaped(TEXT, "refused"),
            at=INSTANT,
            url=TEXT,
        )
    ),
)

RESTRICTIONS = an_object(
    restrictions=a_list(
        an_object(
            id=TEXT,
            reference=TEXT,
            kind=shaped(TEXT, "out_of_pocket"),
            information=TEXT,
            recipients=a_list(shaped(TEXT, "health_plan")),
            named=TEXT,
            limit=shaped(TEXT, "disclosure"),
            codes=a_list(shaped(TEXT, "20560")),
            service_from=maybe("string", format="date"),
            service_until=maybe("string", format="date"),
            reveals=TEXT,
            in_force_from=INSTANT,
            covers_until=maybe("string", format="date-time"),
        )
    ),
    claim_holds=a_list(
        an_object(
            reference=TEXT,
            information=TEXT,
            service_on=maybe("string", format="date"),
            since=INSTANT,
        )
    ),
)


def paged(line: Schema) -> Schema:
    """One page of a list; `next` is the cursor of the page after, null at the end."""
    return an_object(results=a_list(line), next=maybe("string"))


def header(name: str, why: str, *, required: bool, shown: str) -> OpenApiParameter:
    """A request header, with an example."""
    return OpenApiParameter(
        name=name,
        type=OpenApiTypes.STR,
        location=OpenApiParameter.HEADER,
        required=required,
        description=why,
        examples=[OpenApiExample(name, value=shown)],
    )


_KEY_WHY = "A fresh key for each new thing; sent again, it gives the first answer again."
_KEY_SHOWN = "0f9d8c6e-6a55-4a3c-9a64-2f2d1c0b7e11"
IDEMPOTENCY_KEY = header("Idempotency-Key", _KEY_WHY, required=True, shown=_KEY_SHOWN)
OPTIONAL_IDEMPOTENCY_KEY = header("Idempotency-Key", _KEY_WHY, required=False, shown=_KEY_SHOWN)
PREFER_WAIT = header(
    "Prefer", "Seconds to wait for it, two at most.", required=False, shown="wait=2"
)
IF_MATCH = header("If-Match", "The ETag of the version decided on.", required=True, shown='"3"')


DATE = OpenApiTypes.DATE


def query(name: str, why: str, kind: Any = OpenApiTypes.STR) -> OpenApiParameter:
    """A query parameter; none says anything about a person."""
    return OpenApiParameter(name=name, type=kind, location=OpenApiParameter.QUERY, description=why)


PAGING = [
    query("limit", "How many, 1 to 100; 25 unless told.", OpenApiTypes.INT),
    query("cursor", "Where the page before ended, as it gave it."),
]
REQUEST_FILTERS = [
    query("kind", "Only this kind."),
    query("state", "Only in this state."),
    query("site", "Only of this site.", OpenApiTypes.UUID),
    query("assigned_to", "Only assigned to this account."),
    query("received_from", "Received on or after this day.", OpenApiTypes.DATE),
    query("received_until", "Received on or before this day.", OpenApiTypes.DATE),
    query("due_from", "Due on or after this day.", OpenApiTypes.DATE),
    query("due_until", "Due on or before this day.", OpenApiTypes.DATE),
]


def names(*lists: list[OpenApiParameter]) -> set[str]:
    """The names of documented parameters."""
    return {parameter.name for some in lists for parameter in some}


def move_examples(move: str) -> dict[str, Any]:
    """A worked input of a move for each kind that has it."""
    return {
        f"{kind.name}: {kind.moves()[move].title}": example(kind.moves()[move].asks)
        for kind in registry.all_kinds()
        if move in kind.moves()
    }


def filing_examples() -> dict[str, Any]:
    """A worked request of each kind."""
    return {
        f"{kind.name}: filed by the patient": {"kind": kind.name, "details": example(kind.Details)}
        for kind in registry.all_kinds()
    }
