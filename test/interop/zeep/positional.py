"""Builds the message of every operation of the WSDLs named as arguments, its arguments given by position and typed, without calling
anything; prints per operation a line with the names of the elements that came out: the operation's, then its children's."""

import json
import sys

from zeep import Client, xsd

SAMPLES = {"boolean": True, "int": 1, "long": 2**40, "string": "x"}


def sample(element):
    """A value of the element's type: typed objects carry an id or a login, so that their children show too."""
    value = typed(element.type)
    return [value] if element.max_occurs == "unbounded" else value


def typed(xsd_type):
    if not isinstance(xsd_type, xsd.ComplexType):
        return SAMPLES[xsd_type.name]
    known = dict(xsd_type.elements)
    return xsd_type(**{name: typed(known[name].type) for name in ("id", "login") if name in known})


for url in sys.argv[1:]:
    client = Client(url)
    (service,) = client.wsdl.services.values()
    (port,) = service.ports.values()
    for name, operation in port.binding.all().items():
        arguments = [sample(element) for _, element in operation.input.body.type.elements]
        envelope = client.create_message(client.service, name, *arguments)
        (request,) = envelope.find("{http://schemas.xmlsoap.org/soap/envelope/}Body")
        elements = [request.tag] + [child.tag for child in request]
        print(json.dumps({"service": service.name, "operation": name, "elements": elements}), flush=True)
