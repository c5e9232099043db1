"""The command. Everything that is trusted comes in here; 0 as signed, 1 tampered, 2 incomplete,
3 the command was not understood."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import NoReturn

from audit import merkle, proof
from audit.anchors import printed
from audit.errors import MalformedProof
from audit.note import MAX_NOTE, Kind, Verifier
from audit.tiles import MAX_ENTRY, Folder
from audit.verify import former, stamps, whole
from audit.verify.export import check_bundle
from audit.verify.files import read
from audit.verify.heads import Trust, Way, check_consistency, check_proof
from audit.verify.report import Exit, Report
from audit.verify.source import Local, Remote, Source


class _Parser(argparse.ArgumentParser):
    """Says what is wrong and ends with the code for that."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(Exit.USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str]) -> int:
    """Run one check and tell it; the exit code."""
    parser = _command_line()
    asked = parser.parse_args(arguments)
    trust = _trust(parser, asked)
    report: Report = asked.check(parser, asked, trust)
    told = report.to_json() if asked.json else report.to_words()
    sys.stdout.write(told + "\n")
    return int(report.exit)


# --- what may be asked -----------------------------------------------------------------------
def _command_line() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="audit.verify",
        description="Check a log, a proof or two heads, without the service that wrote them.",
        epilog="Ends with 0 if all is as signed, 1 tampered, 2 incomplete, 3 not understood.",
    )
    commands = parser.add_subparsers(required=True, metavar="log | proof | consistency | bundle")
    _log(commands.add_parser("log", help="a whole log, in a folder or at an address"))
    _proof(commands.add_parser("proof", help="one entry and its .tlog-proof"))
    _consistency(commands.add_parser("consistency", help="an older and a newer checkpoint"))
    _bundle(commands.add_parser("bundle", help="an export bundle: entries, proofs, what they say"))
    return parser


def _log(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("where", help="a folder or address with `checkpoint` and `tile/` below it")
    parser.add_argument("--minimum-index", type=int, default=0, metavar="N",
                        help="entries below N may have been pruned")  # fmt: skip
    parser.add_argument("--retention", type=Path, metavar="BUNDLE",
                        help="the export bundle with the event that tells of the pruning")  # fmt: skip
    parser.add_argument("--seen", type=Path, action="append", default=[], metavar="CHECKPOINT",
                        help="a head seen earlier; the log must begin with it")  # fmt: skip
    parser.add_argument("--succeeded", type=Path, metavar="BUNDLE",
                        help="the export bundle with entry 0 opened, of a log that goes on after "
                        "one that was closed")  # fmt: skip
    parser.add_argument("--former-vkey", action="append", default=[], metavar="KEY",
                        help="the key of the log that was closed")  # fmt: skip
    parser.add_argument("--former", type=Path, metavar="FOLDER", help="and its files")
    parser.add_argument("--former-seen", type=Path, action="append", default=[],
                        metavar="CHECKPOINT", help="a head of it that was seen")  # fmt: skip
    parser.add_argument("--printed", metavar="'SIZE GROUPS'", help="a head on paper, typed")
    parser.add_argument("--witness", action="append", default=[], metavar="URL",
                        help="ask this witness what it signed last")  # fmt: skip
    parser.add_argument(
        "--token-file", type=Path, help="a bearer token, for an address that asks for one"
    )
    _stamped(parser)
    _shared(parser, _check_log)


def _bundle(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the zip file")
    _stamped(parser)
    _shared(parser, _check_bundle)


def _stamped(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tsa-ca", type=Path, metavar="PEM",
                        help="whom to believe a timestamp; X.tsr is looked for beside X")  # fmt: skip


def _proof(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the .tlog-proof")
    leaf = parser.add_mutually_exclusive_group()
    leaf.add_argument("--entry", type=Path,
                      help="the entry's own bytes; without it those in the extra line")  # fmt: skip
    leaf.add_argument("--leaf-hash", metavar="HEX", help="or its leaf hash")
    _shared(parser, _check_proof)


def _consistency(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--proof", type=Path, help="the hashes between them, base64, one a line")
    way.add_argument("--log", type=Path, metavar="FOLDER", help="or the log to take them from")
    _shared(parser, _check_consistency)


def _shared(parser: argparse.ArgumentParser, check: object) -> None:
    parser.add_argument("--vkey", action="append", required=True, metavar="KEY",
                        help="the log's key; twice while a new key succeeds an old")  # fmt: skip
    parser.add_argument("--witness-vkey", action="append", default=[], metavar="KEY")
    parser.add_argument("--quorum", type=int, metavar="N",
                        help="how many witnesses must have signed; all, unless said")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="the report for a machine")
    parser.set_defaults(check=check)


# --- what is done ----------------------------------------------------------------------------
def _check_log(parser: _Parser, asked: argparse.Namespace, trust: Trust) -> Report:
    if asked.witness and not trust.witnesses:
        parser.error("--witness asks whoever is known by --witness-vkey")
    roots = _roots(parser, asked)
    seen = [_seen(parser, path, roots) for path in asked.seen]
    question = whole.Question(
        minimum=asked.minimum_index, seen=seen, printed=_printed(parser, asked.printed),
        witnesses=asked.witness, retention=_existing(parser, asked.retention),
        former=_former(parser, asked), roots=roots,
    )  # fmt: skip
    with closing(_source(parser, asked)) as source:
        return whole.check(source, trust, question)


def _former(parser: _Parser, asked: argparse.Namespace) -> former.Former | None:
    bundle = _existing(parser, asked.succeeded)
    if bool(bundle) != bool(asked.former_vkey) or (
        (asked.former or asked.former_seen) and not bundle
    ):
        parser.error("--succeeded and --former-vkey come together, --former with both")
    if bundle is None:
        return None
    if asked.former is not None and not asked.former.is_dir():
        parser.error(f"{asked.former} is not a folder")
    keys = _of_one_log(parser, asked.former_vkey)
    seen = [(str(path), _named_file(parser, path, MAX_NOTE)) for path in asked.former_seen]
    return former.Former(keys, bundle, asked.former, tuple(seen))


def _source(parser: _Parser, asked: argparse.Namespace) -> Source:
    where = asked.where
    try:
        if where.startswith(("http://", "https://")):
            return Remote(where, token=_token(parser, asked))
    except ValueError as reason:
        parser.error(f"{where}: {reason}")
    if not Path(where).is_dir():
        parser.error(f"{where} is not a folder")
    return Local(Path(where))


def _token(parser: _Parser, asked: argparse.Namespace) -> str | None:
    if asked.token_file is None:
        return None
    token = _named_file(parser, asked.token_file, 4096).decode("ascii", "replace").strip()
    if not token.isprintable() or " " in token:
        parser.error("--token-file holds one token")
    return token


def _seen(parser: _Parser, path: Path, roots: bytes | None) -> whole.Seen:
    stamp = read(path.with_name(f"{path.name}.tsr"), stamps.MAX_STAMP) if roots else None
    return whole.Seen(str(path), _named_file(parser, path, MAX_NOTE), stamp)


def _printed(parser: _Parser, typed: str | None) -> printed.Printed | None:
    try:
        return None if typed is None else printed.parse(typed)
    except MalformedProof as reason:
        parser.error(f"--printed: {reason}")


def _roots(parser: _Parser, asked: argparse.Namespace) -> bytes | None:
    if asked.tsa_ca is None:
        return None
    pem = _named_file(parser, asked.tsa_ca, MAX_NOTE)
    if not stamps.are_roots(pem):
        parser.error("--tsa-ca takes certificates in PEM")
    return pem


def _existing(parser: _Parser, path: Path | None) -> Path | None:
    if path is not None and not path.is_file():
        parser.error(f"{path} is not a file")
    return path


def _check_bundle(parser: _Parser, asked: argparse.Namespace, trust: Trust) -> Report:
    _existing(parser, asked.file)
    return check_bundle(asked.file, trust, _roots(parser, asked)).report


def _check_proof(parser: _Parser, asked: argparse.Namespace, trust: Trust) -> Report:
    raw = _named_file(parser, asked.file, proof.MAX_FILE)
    return check_proof(raw, _leaf(parser, asked, raw), trust)


def _leaf(parser: _Parser, asked: argparse.Namespace, raw: bytes) -> bytes:
    if asked.entry:
        return merkle.leaf_hash(_named_file(parser, asked.entry, MAX_ENTRY))
    if asked.leaf_hash is None:
        return _carried(parser, raw)
    try:
        leaf = bytes.fromhex(asked.leaf_hash)
    except ValueError:
        leaf = b""
    if len(leaf) != merkle.HASH_SIZE:
        parser.error("--leaf-hash takes 64 hexadecimal digits")
    return leaf


def _carried(parser: _Parser, raw: bytes) -> bytes:
    """The leaf of the entry that a receipt brings along."""
    entry = None
    with suppress(MalformedProof):
        entry = proof.parse(raw).extra
    if entry is None:
        parser.error("this proof brings no entry along: give --entry or --leaf-hash")
    return merkle.leaf_hash(entry)


def _check_consistency(parser: _Parser, asked: argparse.Namespace, trust: Trust) -> Report:
    old, new = (_named_file(parser, path, MAX_NOTE) for path in (asked.old, asked.new))
    return check_consistency(old, new, _way(parser, asked), trust)


def _way(parser: _Parser, asked: argparse.Namespace) -> Way:
    if asked.log:
        return lambda old, new: merkle.consistency_path(old, new, Folder(asked.log, new).node)
    raw = _named_file(parser, asked.proof, MAX_NOTE)
    return lambda old, new: proof.parse_consistency(raw)


def _named_file(parser: _Parser, path: Path, limit: int) -> bytes:
    content = read(path, limit)
    if content is None:
        parser.error(f"{path} cannot be read, or is too long for what it should be")
    return content


def _trust(parser: argparse.ArgumentParser, asked: argparse.Namespace) -> Trust:
    log = _of_one_log(parser, asked.vkey)
    witnesses = _keys(parser, asked.witness_vkey, Kind.COSIGNATURE)
    quorum = len(witnesses) if asked.quorum is None else asked.quorum
    if not 0 <= quorum <= len(witnesses):
        parser.error("--quorum counts the --witness-vkey given")
    return Trust(log, witnesses, quorum)


def _of_one_log(parser: argparse.ArgumentParser, written: list[str]) -> tuple[Verifier, ...]:
    log = _keys(parser, written, Kind.NOTE)
    if len({key.name for key in log}) > 1:
        parser.error("the keys of a log all bear its name")
    return log


def _keys(parser: argparse.ArgumentParser, written: list[str], kind: Kind) -> tuple[Verifier, ...]:
    try:
        keys = tuple(dict.fromkeys(Verifier.parse(one) for one in written))
    except MalformedProof as reason:
        parser.error(f"a key could not be read: {reason}")
    if any(key.kind is not kind for key in keys):
        parser.error("--vkey takes the key of a log, --witness-vkey that of a witness")
    return keys
