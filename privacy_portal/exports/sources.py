"""The registers that can be exported, by name."""

from privacy_portal.exports import entries, ledger, requests
from privacy_portal.exports.source import Source

SOURCES: dict[str, Source] = {
    "disclosures": ledger.SOURCE,
    "requests": requests.SOURCE,
    "log": entries.SOURCE,
}
