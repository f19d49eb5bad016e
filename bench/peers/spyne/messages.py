"""The types of the messages as Spyne's models, made from the WSDL at start: Spyne has no generator for them."""

from lxml import etree
from spyne import Boolean, ByteArray, ComplexModel, Date, Integer32, Integer64, Unicode

SERVICE_NAMESPACE = "http://soap.reseller.admin.openexchange.com"
OBJECTS_NAMESPACE = "http://dataobjects.soap.admin.openexchange.com/xsd"
XSD_NAMESPACE = "http://www.w3.org/2001/XMLSchema"
XSD = "{%s}" % XSD_NAMESPACE

PRIMITIVES = {
    "string": Unicode,
    "boolean": Boolean,
    "int": Integer32,
    "long": Integer64,
    "date": Date,
    "base64Binary": ByteArray,
}


class Messages:
    """The complex types of a WSDL, each made when first asked for."""

    def __init__(self, wsdl_file):
        root = etree.parse(wsdl_file).getroot()
        self._declared = {
            (schema.get("targetNamespace"), each.get("name")): each
            for schema in root.iterfind(f".//{XSD}schema")
            for each in schema.iterfind(f"{XSD}complexType")
        }
        self._made = {}
        for name in ("User", "Entry", "SOAPStringMap", "SOAPMapEntry", "SOAPStringMapMap"):
            setattr(self, name, self._model(OBJECTS_NAMESPACE, name))
        self.ResellerContext = self._model(
            "http://dataobjects.soap.reseller.admin.openexchange.com/xsd", "ResellerContext"
        )
        self.Credentials = self._model("http://dataobjects.rmi.admin.openexchange.com/xsd", "Credentials")

    def _model(self, namespace, name):
        key = (namespace, name)
        if key not in self._made:
            self._made[key] = self._make(namespace, name)
        return self._made[key]

    def _make(self, namespace, name):
        declared = self._declared[namespace, name]
        extension = declared.find(f".//{XSD}extension")
        base = ComplexModel if extension is None else self._named(extension, extension.get("base"))
        members = [(each.get("name"), self._member(each)) for each in declared.iterfind(f".//{XSD}element")]
        made = {"__namespace__": namespace, "__type_name__": name, "_type_info": members}
        return type(ComplexModel)(name, (base,), made)

    def _member(self, element):
        return self._named(element, element.get("type")).customize(
            min_occurs=int(element.get("minOccurs", "1")),
            max_occurs="unbounded" if element.get("maxOccurs") == "unbounded" else 1,
            nullable=element.get("nillable") == "true",
        )

    def _named(self, element, qualified_name):
        prefix, name = qualified_name.split(":")
        namespace = element.nsmap[prefix]
        return PRIMITIVES[name] if namespace == XSD_NAMESPACE else self._model(namespace, name)
