"""
One viewer as the server sees them: a websocket that asks for runs of a page and reads each to its end.

It speaks what a browser speaks, without drawing: what it waits for is the server's part of the viewer's waiting.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.MultiSelect_pb2 import MultiSelect
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

PATIENCE_SECONDS = 60
# A run that changes the address or the page ends early and is begun anew: the viewer waits for the last one.
_DONE = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}


class Visitor:
    """
    A viewer with one page open.

    Attributes:
        choices: The lists of the filter row of the page that is open, by their label.
        faults: What went wrong on pages: a message of an error, or a run that didn't end well.
        received: Bytes that came from the server.
    """

    def __init__(self, address: str, cookie: str | None = None) -> None:
        """
        Nothing is opened before `async with`.

        Args:
            address: Of the server, `http://…`.
            cookie: Sent along, as a browser would that a balancer has given one.
        """
        self._where = f"ws://{urlsplit(address).netloc}/_stcore/stream"
        self._headers = {"Cookie": cookie} if cookie else {}
        self._states: dict[str, WidgetState] = {}
        self._query = self._page = self._script = ""
        self.choices: dict[str, MultiSelect] = {}
        self.faults: list[str] = []
        self.received = 0

    async def __aenter__(self) -> Self:
        """
        Connect.
        """
        self._socket: ClientConnection = await connect(
            self._where,
            subprotocols=["streamlit"],  # type: ignore[list-item] # a NewType of str
            additional_headers=self._headers,
            max_size=None,
            compression=None,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """
        Leave, as one who closes the tab.
        """
        await self._socket.close()

    async def open(self, page: str, query: str = "") -> float:
        """
        Go to a page by its address; returns the seconds until all of it is there.
        """
        self._page, self._query, self._script = page, query, ""
        return await self._run()

    async def choose(self, label: str, values: Sequence[str]) -> float:
        """
        Choose values of a list of the filter row, none for all; returns the seconds until the page has changed.

        Raises:
            KeyError: The page that is open has no such list.
        """
        state = WidgetState(id=self.choices[label].id)
        state.string_array_value.data.extend(values)
        self._states[state.id] = state
        return await self._run()

    async def _run(self) -> float:
        asked = BackMsg()
        asked.rerun_script.query_string = self._query
        asked.rerun_script.page_script_hash = self._script
        asked.rerun_script.page_name = "" if self._script else self._page
        asked.rerun_script.widget_states.widgets.extend(self._states.values())
        started = time.perf_counter()
        await self._socket.send(asked.SerializeToString())
        while not await self._is_done():
            if time.perf_counter() - started > PATIENCE_SECONDS:
                self.faults.append(f"{self._page}: no end after {PATIENCE_SECONDS} s")
                break
        return time.perf_counter() - started

    async def _is_done(self) -> bool:
        frame = await self._socket.recv()
        self.received += len(frame)
        message = ForwardMsg.FromString(frame if isinstance(frame, bytes) else frame.encode())
        self.see(message)
        match message.WhichOneof("type"):
            case "navigation":
                self._script = message.navigation.page_script_hash
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "page_not_found":
                self.faults.append(f"{self._page}: no such page")
            case "script_finished":
                if message.script_finished in _DONE:
                    return True
                if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    self.faults.append(f"{self._page}: {message.script_finished}")
                    return True
        return False

    def see(self, message: ForwardMsg) -> None:
        """
        Take notice of whatever the server says.
        """
        element = message.delta.new_element
        match element.WhichOneof("type"):
            case "multiselect":
                self.choices[element.multiselect.label] = element.multiselect
            case "exception":
                self.faults.append(f"{self._page}: {element.exception.type}")
            case "alert" if element.alert.format == element.alert.ERROR:
                self.faults.append(f"{self._page}: {element.alert.body}")
