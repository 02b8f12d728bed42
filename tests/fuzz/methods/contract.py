"""The contract as descriptors, made by protoc from proto/ each time, so that what is driven is what stands there."""

import dataclasses
import pathlib
import subprocess
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

TOP = pathlib.Path(__file__).resolve().parents[3]
GOOGLEAPIS = TOP / "node_modules" / "google-gax" / "build" / "protos"
# Those fields hold text or bytes of any kind and almost any size.
FREE = {"body_html", "body_text", "body", "document", "content", "html", "value"}


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
    methods = []
    for file in described.file:
        for service in file.service:
            full = f"{file.package}.{service.name}"
            if not full.startswith("dateline."):
                continue
            for method in pool.FindServiceByName(full).methods:
                proto = descriptor_pb2.MethodDescriptorProto()
                method.CopyToProto(proto)
                methods.append(Method(full.split(".")[1], full, method.name, factory.GetPrototype(method.input_type),
                                      factory.GetPrototype(method.output_type), proto.client_streaming, proto.server_streaming))
    return Contract(methods, pool, factory)


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
