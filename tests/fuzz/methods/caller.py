"""Calls with raw bytes, and what an answer tells."""

import dataclasses
import pathlib

import grpc

IDENTITY = bytes
# Large enough to see trailers that are too large for others.
OPTIONS = [("grpc.max_metadata_size", 1 << 20), ("grpc.max_receive_message_length", 64 << 20), ("grpc.enable_retries", 0),
           ("grpc.use_local_subchannel_pool", 1)]
SECONDS = 15


@dataclasses.dataclass
class Answer:
    code: str
    message: str = ""
    reasons: tuple = ()
    trailer_bytes: int = 0
    response: bytes = None


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
            if not method.server_streams:
                return Answer("OK", response=call.result())
            answer = Answer("OK", response=next(call, None))
            call.cancel()
            return answer
        except grpc.RpcError as error:
            return self.failure(error)

    def failure(self, error):
        trailers = error.trailing_metadata() or ()
        size = sum(len(item.key) + len(item.value) + 32 for item in trailers) + len((error.details() or "").encode())
        reasons = []
        for item in trailers:
            if item.key == "grpc-status-details-bin":
                for detail in self._status.FromString(item.value).details:
                    if detail.type_url.endswith("google.rpc.ErrorInfo"):
                        reasons.append(self._info.FromString(detail.value).reason)
        return Answer(error.code().name, error.details() or "", tuple(reasons), size)


def rss(process):
    """Resident memory of a process in MiB."""
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0
