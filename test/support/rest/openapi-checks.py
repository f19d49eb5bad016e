"""Holds an OpenAPI document and answers of a service against JSON Schema 2020-12, by an implementation that is not Oxbow's.

Reads {"metaSchema", "document", "answers": [{"name", "schema", "value"}]} and writes a list of what is wrong.
"""
import json
import sys
import warnings

warnings.simplefilter("ignore")
from jsonschema import Draft202012Validator, FormatChecker, RefResolver

sent = json.load(sys.stdin)
document = sent["document"]
wrong = []


def note(name, errors):
    for error in list(errors)[:3]:
        place = "/".join(str(part) for part in error.absolute_path)
        wrong.append(f"{name}: {place}: {error.message[:300]}")


note("document", Draft202012Validator(sent["metaSchema"]).iter_errors(document))


def schemas_in(node, path):
    if isinstance(node, dict):
        for key, inner in node.items():
            if key == "schema" or path.endswith("components/schemas"):
                yield f"{path}/{key}", inner
            yield from schemas_in(inner, f"{path}/{key}")
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            yield from schemas_in(inner, f"{path}/{index}")


meta = Draft202012Validator(Draft202012Validator.META_SCHEMA)
resolver = RefResolver("", document)
formats = FormatChecker()
for name, schema in schemas_in(document, ""):
    note(name, meta.iter_errors(schema))
    validator = Draft202012Validator(schema, resolver=resolver, format_checker=formats)
    for example in schema.get("examples", []):
        note(f"{name} example", validator.iter_errors(example))

for answer in sent["answers"]:
    validator = Draft202012Validator(answer["schema"], resolver=resolver, format_checker=formats)
    note(answer["name"], validator.iter_errors(answer["value"]))

json.dump(wrong, sys.stdout)
