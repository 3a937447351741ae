"""Passwords of peers that log in, compared so that their time teaches nothing; argon2 never on the loop."""

import asyncio
import hmac
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

VERIFY_CAP = 16  # argon2 verifications under way or waiting (125 ms each)
ARGON2 = "argon2:"
_HASHER = PasswordHasher()
_NOBODY = b"\x00nobody's password"


class Passwords:
    """`verify` says yes or no, or None where too many are being verified already."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(1, "mm4-argon2")
        self.verifying = 0

    def close(self) -> None:
        """Stop the verifying thread."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def verify(self, setting: str, password: bytes) -> bool | None:
        """Whether `password` is what the conf says; an empty `setting` is nobody's."""
        if not setting.startswith(ARGON2):
            wanted = setting.encode() if setting else _NOBODY
            return hmac.compare_digest(wanted, password) and bool(setting)
        if self.verifying >= VERIFY_CAP:
            return None
        self.verifying += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, _argon2, setting, password)
        finally:
            self.verifying -= 1


def _argon2(setting: str, password: bytes) -> bool:
    try:
        return _HASHER.verify(setting.removeprefix(ARGON2), password)
    except (Argon2Error, InvalidHashError):
        return False
