"""References in the formats that reference managers read: RIS and BibTeX."""

from evidence_review import __version__
from evidence_review.show.downloads.about import LICENCE, REVIEW
from evidence_review.show.downloads.citations import Reference
from evidence_review.show.words import sentence


def _one_line(text: str) -> str:
    return " ".join(text.split())


def as_ris(listed: list[Reference]) -> bytes:
    """References in RIS: one tag a line, lines ended by CR and LF as RIS has it."""
    lines = []
    for one in listed:
        # A comma in AU parts family from given name, so a body whose name has one is in PB alone.
        organisation = "" if "," in one.organisation else one.organisation
        tags = [
            ("ID", one.key),
            ("TI", one.title),
            *(("AU", person) for person in one.people),
            ("AU", organisation),
            ("PB", one.publisher),
            ("PY", one.year),
            ("M3", one.kind),
            ("UR", one.address),
            ("N1", one.note),
        ]
        lines += [f"TY  - {one.type}"]
        lines += [f"{tag}  - {_one_line(value)}" for tag, value in tags if value]
        lines += ["ER  - "]
    return "".join(f"{line}\r\n" for line in lines).encode()


_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # Not \{ and \}: BibTeX counts those too when it looks for the end of a field.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "%&_#$"},
    }
)
_IN_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})


def as_bibtex(listed: list[Reference]) -> bytes:
    """References in BibTeX, in UTF-8."""
    entries = [
        f"% The sources of {REVIEW}, version {__version__}.\n% {LICENCE}\n",
    ]
    for one in listed:

        def field(text: str) -> str:
            return _one_line(text).translate(_LATEX)

        author = " and ".join(field(person) for person in one.people)
        if one.organisation:
            author = f"{{{field(one.organisation)}}}"  # braces keep a name in one piece
        is_report = one.type == "RPRT" and bool(one.year)
        fields = {
            "title": f"{{{field(one.title)}}}",
            "author": author,
            "institution" if is_report else "publisher": field(one.publisher),
            "year": one.year,
            "type": field(sentence(one.kind)),
            "url": one.address.translate(_IN_ADDRESS),
            "note": field(one.note),
        }
        body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        entries.append(f"@{'techreport' if is_report else 'misc'}{{{one.key},\n{body}}}\n")
    return "\n".join(entries).encode()
