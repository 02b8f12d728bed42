"""Calls with raw bytes, and what an answer tells."""

import dataclasses
import pathlib

import grpc

IDENTITY = bytes
# Large enough to see trailers that are too large for others.
OPTIONS = [("grpc.max_metadata_size", 1 << 20), ("grpc.max_receive_message_length", 64 << 20), ("grpc.enable_retries", 0),
           ("grpc.use_local_subchannel_pool", 1)]
SECONDS = 60
CODES = {code.value[0]: code.name for code in grpc.StatusCode}


@dataclasses.dataclass
class Answer:
    """The code of a call, or of the first rejected item of one that answers item by item and so is OK itself."""
    code: str
    message: str = ""
    reasons: tuple = ()
    trailer_bytes: int = 0


class Caller:
    """One channel to each server."""

    def __init__(self, contract, addresses):
        self._status = contract.message("google.rpc.Status")
        self._info = contract.message("google.rpc.ErrorInfo")
        self._addresses = addresses
        self.channels = {}
        for server in addresses:
            self.connect(server)

    def connect(self, server):
        if server in self.channels:
            self.channels[server].close()
        self.channels[server] = grpc.insecure_channel(self._addresses[server], OPTIONS)

    def close(self):
        for channel in self.channels.values():
            channel.close()

    def start(self, method, requests, **options):
        """The call as grpc gives it; unary answers as futures."""
        channel = self.channels[method.server]
        kind = ("stream" if method.client_streams else "unary") + "_" + ("stream" if method.server_streams else "unary")
        multi = getattr(channel, kind)(method.path, request_serializer=IDENTITY, response_deserializer=IDENTITY)
        argument = iter(requests) if method.client_streams else requests[0]
        options.setdefault("timeout", SECONDS)
        return multi(argument, **options) if method.server_streams else multi.future(argument, **options)

    def call(self, method, requests, **options):
        """Makes the call and reads one answer of a stream at most."""
        call = self.start(method, requests, **options)
        try:
            response = next(call, None) if method.server_streams else call.result()
            if method.server_streams:
                call.cancel()
            return self.rejected(method, response) or Answer("OK")
        except grpc.RpcError as error:
            return self.failure(error)

    def rejected(self, method, data):
        """The failure of the first item that was not taken, if any."""
        fields = method.response.DESCRIPTOR.fields_by_name
        one = fields.get("results") or fields.get("result")
        if not data or one is None or one.message_type is None or "outcome" not in one.message_type.fields_by_name:
            return None
        response = method.response.FromString(data)
        outcomes = one.message_type.fields_by_name["outcome"].enum_type.values_by_number
        for item in response.results if one.name == "results" else [response.result]:
            if outcomes[item.outcome].name.endswith("_REJECTED"):
                return Answer(CODES[item.error.code], item.error.message, self.reasons(item.error))
        return None

    def reasons(self, status):
        return tuple(self._info.FromString(detail.value).reason for detail in status.details
                     if detail.type_url.endswith("google.rpc.ErrorInfo"))

    def failure(self, error):
        trailers = error.trailing_metadata() or ()
        size = sum(len(item.key) + len(item.value) + 32 for item in trailers) + len((error.details() or "").encode())
        reasons = ()
        for item in trailers:
            if item.key == "grpc-status-details-bin":
                reasons += self.reasons(self._status.FromString(item.value))
        return Answer(error.code().name, error.details() or "", reasons, size)


def memory(process):
    """What a process holds in memory in MiB, without mapped files, such as the pages of query's copy."""
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return 0.0
