"""A proxy of PostgreSQL's protocol on a Unix socket that can stop the world at a chosen step of a client's work.

A step is a message of the client that the server answers by itself: Query, or Sync behind the messages of a prepared call. Only the
connections of one application count, since others of the same process poll all the time.
"""

import contextlib
import pathlib
import socket
import struct
import threading

STEPS = (b"Q", b"S")


def _read(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise ConnectionError("closed")
        data += more
    return data


class Proxy:
    """`arm(step, after, trap)` calls `trap` in place of handing on the step-th step from now, or, with `after`, in place of handing on its
    answer. With `only`, steps without these bytes do not count; with `behind`, nor do those of a connection that has not said these bytes
    since the arming. What is caught is lost: the connection ends. `steps` counts from the last
    arming. Thread-safe."""

    def __init__(self, folder, conninfo, application):
        words = dict(word.split("=", 1) for word in conninfo.split())
        name = f".s.PGSQL.{words['port']}"
        self._server, self._application = str(pathlib.Path(words["host"]) / name), application
        folder.mkdir()
        folder.chmod(0o755)
        self.conninfo = " ".join(f"{key}={folder if key == 'host' else value}" for key, value in words.items())
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / name))
        self._listener.listen(64)
        self._lock = threading.Lock()
        self._said = set()
        self.arm(0, False, None)
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, step, after, trap, only=b"", behind=b""):
        with self._lock:
            self.steps, self._step, self._after, self._trap, self._only, self._behind = 0, step, after, trap, only, behind
            self._said.clear()

    def close(self):
        # Ends the thread that accepts, too.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, socket.socket(socket.AF_UNIX) as server:
            answers = None
            try:
                server.connect(self._server)
                first = self._hand_on_start(client, server)
                counts = f"application_name\0{self._application}\0".encode() in first
                caught = threading.Event()
                answers = threading.Thread(target=self._answers, args=(client, server, caught), daemon=True)
                answers.start()
                self._requests(client, server, counts, caught)
            except OSError:
                pass
            for one in (client, server):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            if answers:
                answers.join()

    @staticmethod
    def _hand_on_start(client, server):
        """Hands on all up to the first message with a type, and answers the start-up message."""
        while True:
            head = _read(client, 4)
            body = _read(client, struct.unpack("!I", head)[0] - 4)
            server.sendall(head + body)
            # Requests for encryption get one byte, and the client goes on.
            if struct.unpack("!I", body[:4])[0] >> 16 != 1234:
                return body
            client.sendall(_read(server, 1))

    def _requests(self, client, server, counts, caught):
        while True:
            kind = _read(client, 1)
            head = _read(client, 4)
            message = kind + head + _read(client, struct.unpack("!I", head)[0] - 4)
            trap, after = self._at_step(client, kind, message) if counts else (None, False)
            if trap and not after:
                trap()
                return
            if trap:
                caught.trap = trap
                caught.set()
            server.sendall(message)

    def _at_step(self, client, kind, message):
        with self._lock:
            if self._behind in message:
                self._said.add(client)
            if kind not in STEPS or self._only not in message or client not in self._said:
                return None, False
            self.steps += 1
            if self.steps != self._step:
                return None, False
            return self._trap, self._after

    @staticmethod
    def _answers(client, server, caught):
        try:
            while True:
                kind = _read(server, 1)
                head = _read(server, 4)
                message = kind + head + _read(server, struct.unpack("!I", head)[0] - 4)
                if not caught.is_set():
                    client.sendall(message)
                elif kind == b"Z":  # The step is done, and the client will never know.
                    caught.trap()
                    return
        except OSError:
            pass
