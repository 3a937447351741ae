"""Why a part cannot be examined, as an exception within the workers. Ends as a fault of the part."""

from edge.core.media import Fault


class Trouble(Exception):
    """`fault` and, for operators, `detail`: a few words that quote nothing of the message."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{fault.value}: {detail}")
        self.fault = fault
        self.detail = detail
