"""The contract as descriptors, made by protoc from proto/ each time, so that what is driven is what stands there."""

import dataclasses
import pathlib
import subprocess
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

TOP = pathlib.Path(__file__).resolve().parents[3]
GOOGLEAPIS = TOP / "node_modules" / "google-gax" / "build" / "protos"


@dataclasses.dataclass(frozen=True)
class Method:
    """One RPC. `server` is the process that serves it: ingestion, catalog or query."""
    server: str
    service: str
    name: str
    request: type
    response: type
    client_streams: bool
    server_streams: bool
    # Readers' and editors' methods refuse fields that they do not know; those between services pass over them.
    refuses_unknown: bool

    @property
    def path(self):
        return f"/{self.service}/{self.name}"

    @property
    def short(self):
        return f"{self.service.split('.')[-1]}.{self.name}"


@dataclasses.dataclass(frozen=True)
class Contract:
    methods: list
    pool: descriptor_pool.DescriptorPool
    factory: message_factory.MessageFactory

    def message(self, name):
        return self.factory.GetPrototype(self.pool.FindMessageTypeByName(name))

    def option(self, descriptor, kind, name):
        """The value of one of Dateline's options of a field or a method; `kind` is FieldOptions or MethodOptions."""
        options = self.message(f"google.protobuf.{kind}").FromString(descriptor.GetOptions().SerializeToString())
        return options.Extensions[self.pool.FindExtensionByName(f"dateline.options.v1.{name}")]

    def rules(self, field):
        """The bounds that a field states."""
        return self.option(field, "FieldOptions", "field")


def load():
    files = sorted(str(file.relative_to(TOP / "proto")) for file in (TOP / "proto").rglob("*.proto"))
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["protoc", "-I", str(TOP / "proto"), "-I", str(GOOGLEAPIS), "--include_imports", f"--descriptor_set_out={out.name}",
                        *files, "google/rpc/error_details.proto", "google/rpc/status.proto"], check=True)
        described = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(out.name).read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in described.file:
        pool.Add(file)
    factory = message_factory.MessageFactory(pool)
    # So that the options are read as what they are.
    factory.GetMessages([file.name for file in described.file if file.extension])
    contract = Contract([], pool, factory)
    between_services = {pool.FindEnumTypeByName("dateline.options.v1.Role").values_by_name[name].number
                        for name in ("ROLE_INGESTER", "ROLE_SERVICE")}
    for file in described.file:
        for service in file.service:
            full = f"{file.package}.{service.name}"
            if not full.startswith("dateline."):
                continue
            for method in pool.FindServiceByName(full).methods:
                proto = descriptor_pb2.MethodDescriptorProto()
                method.CopyToProto(proto)
                contract.methods.append(Method(
                    full.split(".")[1], full, method.name, factory.GetPrototype(method.input_type), factory.GetPrototype(method.output_type),
                    proto.client_streaming, proto.server_streaming,
                    contract.option(method, "MethodOptions", "role") not in between_services))
    return contract


def fields(descriptor, depth=4, above=()):
    """All fields below a message as paths of field descriptors. A type is entered once on a path, foreign ones never."""
    for field in descriptor.fields:
        path = (*above, field)
        yield path
        inner = field.message_type
        if inner is None or depth == 0 or not inner.full_name.startswith("dateline.") or inner.GetOptions().map_entry:
            continue
        if all(step.message_type is not inner for step in above):
            yield from fields(inner, depth - 1, path)
