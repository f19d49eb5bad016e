"""Prints a line for each prefix that zeep gives a namespace, and for each operation as zeep's users call it."""

import sys
from pathlib import Path

from zeep import Client

for path in sys.argv[1:]:
    service = Path(path).stem
    wsdl = Client(path).wsdl
    for prefix, namespace in wsdl.types.prefix_map.items():
        print(f"{service} {prefix} {namespace}")
    for port in wsdl.services[service].ports.values():
        for operation in port.binding._operations.values():
            print(f"{service} {operation}")
