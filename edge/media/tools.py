"""What a worker has to look with: decoders, models, programs. Made once; says what is there and what is missing."""

from edge.core.examination import Examination
from edge.media import codes, ocr, picture, video
from edge.media.model import BadModel, Classifier
from edge.media.wire import Capabilities


class Tools:
    """`settings`, and the tools that they switch on and that are installed ("" or empty: none)."""

    def __init__(self, settings: Examination) -> None:
        self.settings = settings
        self.formats = picture.prepare()
        self.codes = settings.codes and codes.available()
        self.tesseract = ocr.available() if settings.ocr else ""
        self.ffmpeg = video.available() if settings.video else ""
        self.classifiers: list[Classifier] = []
        problems: list[str] = []
        for model in settings.models:
            try:
                self.classifiers.append(Classifier(model))
            except BadModel as bad:
                problems.append(str(bad))
        if settings.ocr and not self.tesseract:
            problems.append("tesseract is not installed: text in pictures is not read")
        problems += self._languages()
        if settings.video and not self.ffmpeg:
            problems.append("ffmpeg is not installed: videos are not looked at")
        if settings.codes and not self.codes:
            problems.append("zxing-cpp is not installed: QR and bar codes are not read")
        if "image/heic" in settings.types and "image/heic" not in self.formats:
            problems.append("pillow-heif is not installed (smsedge[heic]): HEIC pictures cannot be scanned")
        self.problems = tuple(problems)

    def _languages(self) -> list[str]:
        """What tesseract lacks. Without any of the languages it would read nothing, and say so to nobody."""
        languages = self.settings.languages
        missing = ocr.lacking(self.tesseract, languages) if self.tesseract else []
        if len(missing) == len(languages.split("+")):
            self.tesseract = ""
        sorry = "text in pictures is not read" + ("" if not self.tesseract else " in it")
        return [f"tesseract has no language {each!r}: {sorry}" for each in missing]

    def capabilities(self) -> Capabilities:
        """For the operator."""
        models = [
            f"{each.model.name} ({', '.join(sorted(set(filter(None, each.model.labels))))})"
            for each in self.classifiers
        ]
        return Capabilities(
            formats=self.formats,
            models=tuple(models),
            ocr="tesseract" if self.tesseract else "",
            codes="zxing-cpp" if self.codes else "",
            video="ffmpeg" if self.ffmpeg else "",
            problems=self.problems,
        )
