"""Fields of the search index, read from the ``schema.xml`` that CKAN ships for Solr.

Reading CKAN's own file keeps one truth: a field, a type or a copyField that CKAN adds or a
site changes means here what it means in Solr.
"""

from __future__ import annotations

import enum
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from fnmatch import fnmatchcase


class Kind(enum.Enum):
    """How the values of a field are compared."""

    STRING = "string"  # whole value, case counts
    TEXT = "text"  # words
    NGRAM = "ngram"  # any piece of the value
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class FieldType:
    """A ``fieldType`` of the schema, reduced to what decides matching."""

    kind: Kind
    multivalued: bool = False
    stemmed: bool = False
    case_split: bool = False
    gram_min: int = 0
    gram_max: int = 0


@dataclass(frozen=True)
class Field:
    """A field as the schema declares it, or as one of its dynamic patterns does."""

    name: str
    type: FieldType
    indexed: bool = True
    stored: bool = True
    multivalued: bool = False
    default: str | None = None

    @property
    def kind(self) -> Kind:
        """How values of this field are compared."""
        return self.type.kind


_POINTS = ("IntPoint", "FloatPoint", "LongPoint", "DoublePoint", "Trie")


def _field_type(element: ElementTree.Element) -> FieldType:
    java_class = element.get("class", "")
    multivalued = element.get("multiValued") == "true"
    if "DatePoint" in java_class or "TrieDate" in java_class or "DateRange" in java_class:
        return FieldType(Kind.DATE, multivalued)
    if any(point in java_class for point in _POINTS):
        return FieldType(Kind.NUMBER, multivalued)
    if "BoolField" in java_class:
        return FieldType(Kind.BOOLEAN, multivalued)
    if "TextField" not in java_class:
        return FieldType(Kind.STRING, multivalued)
    analyzers = element.findall("analyzer")
    index = next((a for a in analyzers if a.get("type") in (None, "index")), None)
    if index is None:
        return FieldType(Kind.TEXT, multivalued)
    tokenizer = index.find("tokenizer")
    if tokenizer is not None and "NGram" in tokenizer.get("class", ""):
        low, high = tokenizer.get("minGramSize", "1"), tokenizer.get("maxGramSize", "2")
        return FieldType(Kind.NGRAM, multivalued, gram_min=int(low), gram_max=int(high))
    filters = index.findall("filter")
    names = " ".join(f.get("class", "") for f in filters)
    return FieldType(
        Kind.TEXT,
        multivalued,
        stemmed="Porter" in names or "Stem" in names,
        case_split=any(
            "WordDelimiter" in f.get("class", "") and f.get("splitOnCaseChange", "1") == "1"
            for f in filters
        ),
    )


class Schema:
    """The parsed schema.

    :param xml: the content of a Solr ``schema.xml``
    :raises ValueError: when it is not a Solr schema with a unique key
    """

    def __init__(self, xml: str) -> None:
        try:
            root = ElementTree.fromstring(xml)
        except ElementTree.ParseError as error:
            raise ValueError(f"not an XML schema: {error}") from error
        self.xml = xml
        self._types = {
            e.get("name", ""): _field_type(e) for e in root.iter() if e.tag.lower() == "fieldtype"
        }
        self._fields = {e.get("name", ""): self._field(e) for e in root.iter("field")}
        dynamic = [self._field(e) for e in root.iter("dynamicField")]
        # Solr lets the longest pattern win
        self._dynamic = sorted(dynamic, key=lambda f: -len(f.name))
        self._copies = [(e.get("source", ""), e.get("dest", "")) for e in root.iter("copyField")]
        self.unique_key = (root.findtext("uniqueKey") or "").strip()
        if not self.unique_key or not self._fields:
            raise ValueError("the schema names no fields or no uniqueKey")

    def _field(self, element: ElementTree.Element) -> Field:
        type_ = self._types.get(element.get("type", ""), FieldType(Kind.STRING))
        many = element.get("multiValued")
        return Field(
            name=element.get("name", ""),
            type=type_,
            indexed=element.get("indexed", "true") == "true",
            stored=element.get("stored", "true") == "true",
            multivalued=type_.multivalued if many is None else many == "true",
            default=element.get("default"),
        )

    def field(self, name: str) -> Field:
        """The declaration that governs ``name``; unknown names are unstored strings."""
        found = self._fields.get(name)
        if found is None:
            for pattern in self._dynamic:
                if fnmatchcase(name, pattern.name):
                    return pattern
            return Field(name, FieldType(Kind.STRING), stored=False)
        return found

    def targets(self, name: str) -> list[str]:
        """Fields that ``name`` is indexed under: itself and its copyFields (not chained)."""
        copies = [dest for source, dest in self._copies if fnmatchcase(name, source)]
        return list(dict.fromkeys([name, *copies]))

    def defaults(self) -> list[Field]:
        """Fields that get a value when a document has none."""
        return [field for field in self._fields.values() if field.default is not None]
