"""One part, looked at in a worker: decoded, hashed, scored, read."""

from time import monotonic

from msgspec.structs import replace

from edge.channels.mm4.codec.mime import Part
from edge.core.media import Fault, MediaKind
from edge.media import foreign, ocr, picture, plain, prints, program, video
from edge.media.codes import read_codes
from edge.media.picture import Picture
from edge.media.tools import Tools
from edge.media.trouble import Trouble
from edge.media.wire import Seen

# Of the time for a message: what is left for reading text out of pictures once they are hashed and scored, and the
# most that ffmpeg may take.
READING = 0.6
FILMING = 0.8
# Frames in which codes and text are looked for.
READ_MAX = 4


class Look:
    """Looks at the parts of one message, which must be done by a time."""

    def __init__(self, tools: Tools, now: float) -> None:
        self.tools = tools
        self.begun = now

    def left(self, share: float) -> float:
        """Seconds until this share of the deadline."""
        return self.begun + share * self.tools.settings.deadline - monotonic()

    def part(self, part: Part) -> Seen:
        """What is in it. Never raises."""
        settings = self.tools.settings
        sorted = plain.sort(part, settings.types)
        if sorted.role in plain.TEXTS:
            return plain.read(part, sorted, settings.unfolded)
        decoded = part.decoded(settings.unfolded)
        seen = Seen(plain.item(part, sorted, decoded.octets))
        if sorted.fault is not None:
            return seen
        trouble = plain.broken(decoded.findings, sorted.role)
        try:
            if trouble is not None:
                raise Trouble(*trouble)
            return self._media(seen, decoded.octets)
        except Trouble as trouble_found:
            return replace(seen, item=replace(seen.item, fault=trouble_found.fault, detail=trouble_found.detail))
        except MemoryError:
            return replace(seen, item=replace(seen.item, fault=Fault.BOMB, detail="it unfolds to more than the memory"))

    def _media(self, seen: Seen, octets: bytes) -> Seen:
        settings, item = self.tools.settings, seen.item
        if item.kind is MediaKind.IMAGE:
            frames = picture.frames_of(octets, item.type, settings.pixels, settings.frames)
            return self._frames(seen, frames)
        foreign.check(octets, item.type, len(octets))
        if item.kind is MediaKind.VIDEO:
            return self._video(seen, octets)
        if item.type == "application/pdf":
            if b"/Encrypt" in octets:
                raise Trouble(Fault.ENCRYPTED)
            return replace(seen, item=replace(item, detail="not looked into"))
        return seen

    def _video(self, seen: Seen, octets: bytes) -> Seen:
        video.check(octets, seen.item.type)
        if not self.tools.ffmpeg:
            return replace(seen, item=replace(seen.item, detail="not looked into"), unscored=True)
        pixels = self.tools.settings.pixels
        frames = video.frames_of(self.tools.ffmpeg, octets, seen.item.type, pixels, self.left(FILMING))
        return self._frames(seen, frames)

    def _frames(self, seen: Seen, frames: list[Picture]) -> Seen:
        found = [prints.print_of(picture.grey(frame)) for frame in frames]
        hashes = tuple(dict.fromkeys(each for each in found if each is not None))
        scores: dict[str, float] = {}
        for classifier in self.tools.classifiers:
            for label, score in classifier.score(frames).items():
                scores[label] = max(score, scores.get(label, 0.0))
        item = replace(seen.item, hashes=hashes, scores=tuple(sorted(scores.items())))
        texts, partial = self._texts(frames)
        return Seen(item, tuple(texts), bool(frames) and not self.tools.classifiers, partial)

    def _texts(self, frames: list[Picture]) -> tuple[list[tuple[str, str]], bool]:
        """What codes and letters in the frames say, and whether time ran out."""
        step = max(1, len(frames) // READ_MAX)
        some = frames[::step][:READ_MAX]
        texts = [("code", text) for frame in some for text in read_codes(frame)] if self.tools.codes else []
        texts = list(dict.fromkeys(texts))
        partial = False
        if self.tools.tesseract:
            for frame in some:
                try:
                    if self.left(READING) < 0.1:
                        raise program.TooLong
                    languages = self.tools.settings.languages
                    text = ocr.read_text(self.tools.tesseract, frame, languages, self.left(READING))
                except (program.TooLong, OSError):
                    partial = True
                    break
                if text:
                    texts.append(("seen", text))
        return list(dict.fromkeys(texts)), partial
