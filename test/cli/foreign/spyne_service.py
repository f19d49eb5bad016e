"""A SOAP service of another stack: several namespaces, inheritance across them, attributes, lists and dates.

Usage: spyne_service.py, prints the port. /1.1 and /1.2 speak these versions; requests are validated against the schema.
"""

from wsgiref.simple_server import WSGIRequestHandler, make_server

from spyne import (
    Application, Array, ComplexModel, Date, DateTime, Decimal, Fault, Integer, ServiceBase, Unicode, XmlAttribute, rpc,
)
from spyne.protocol.soap import Soap11, Soap12
from spyne.server.wsgi import WsgiApplication
from spyne.util.wsgi_wrapper import WsgiMounter


class Animal(ComplexModel):
    __namespace__ = 'urn:zoo:animals'
    _type_info = [
        ('name', Unicode(min_occurs=1, nillable=False)),
        ('born', Date),
        ('weight', Decimal),
    ]


class Dog(Animal):
    __namespace__ = 'urn:zoo:dogs'
    _type_info = [
        ('tricks', Array(Unicode)),
        ('owners', Unicode(max_occurs='unbounded')),
        ('chip', XmlAttribute(Unicode)),
        ('number', Integer),
        ('seen', DateTime),
        ('breed', Unicode),
    ]


class Zoo(ServiceBase):
    @rpc(Integer, Dog, _returns=Array(Dog))
    def keep(ctx, times, dog):
        return [dog] * times

    @rpc(Unicode)
    def lose(ctx, name):
        raise Fault('Client.NoDog', f'there is no {name} & never was', detail={'NoSuchDog': {'name': name}})


def application(protocol):
    return WsgiApplication(Application([Zoo], tns='urn:zoo', in_protocol=protocol(validator='lxml'), out_protocol=protocol()))


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


mounted = WsgiMounter({'1.1': application(Soap11), '1.2': application(Soap12)})
server = make_server('127.0.0.1', 0, mounted, handler_class=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
