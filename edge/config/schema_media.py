"""The tables of media: what the workers may use, and the models that score pictures."""

from edge.config.kinds import FLAG, NAME, PATH, duration, list_of, number, one_of, size, text, whole
from edge.config.schema import ENABLED, Field, Section
from edge.core.examination import Examination, Model

MEDIA_TYPE = text('a media type, like "image/jpeg"', r"[a-z]+/[a-z0-9.+-]+", 100)
LABEL = one_of("nsfw", "hate", "gore", "illegal", "")

MEDIA = Section(
    "[media]",
    "How the parts of MMS are examined, in processes of their own. Without [mm4] none is started.",
    (
        Field("workers", whole(1, 64), "Processes that look at what is not plain text."),
        Field("queue", whole(1, 10_000), "Messages that may wait for them; more are asked to come again (452)."),
        Field(
            "deadline", duration(0.5, 60), "Time for one message; then its worker is killed, and it cannot be scanned."
        ),
        Field("memory", size(64 * 1024**2, 64 * 1024**3), "What a worker may take beyond what it begins with."),
        Field("pixels", whole(10_000, 1_000_000_000), "The most pixels of a picture that is decoded."),
        Field("frames", whole(1, 10_000), "The most frames of an animation that is decoded."),
        Field("unfolded", size(1024, 1024**3), "The largest part, its transfer encoding undone."),
        Field("cache", whole(0, 1_000_000), "Parts whose findings are kept, for when they come again."),
        Field("types", list_of(MEDIA_TYPE, most=200), "Media types that are carried."),
        Field("ocr", FLAG, "Read text in pictures, where tesseract is installed."),
        Field(
            "languages",
            text("languages as tesseract names them", r"[A-Za-z_]+(\+[A-Za-z_]+)*", 100),
            "Of that text: `eng+fra`.",
        ),
        Field("codes", FLAG, "Read QR and bar codes."),
        Field("video", FLAG, "Look at frames of videos, where ffmpeg is installed."),
    ),
    Examination,
    tables=("model",),
)

MEDIA_MODEL = Section(
    "[[media.model]]",
    "An image classifier in ONNX, run with onnxruntime (`pip install smsedge[images]`). Nothing is downloaded.",
    (
        Field("name", NAME, "What notes and errors call it.", required=True),
        Field("file", PATH, "The ONNX file; relative to the conf directory.", required=True),
        Field(
            "labels",
            list_of(LABEL, most=10_000),
            "What each of its scores means, in order; empty: nothing.",
            required=True,
        ),
        Field("width", whole(8, 4096), "Of its input, in pixels."),
        Field("height", whole(8, 4096), "Of its input, in pixels."),
        Field("layout", one_of("nchw", "nhwc"), "Of its input: channels before or behind rows and columns."),
        Field("channels", one_of("rgb", "bgr"), "Their order."),
        Field("scale", number(0.001, 65536), "Values of 0 to 255 are divided by it,"),
        Field("mean", list_of(number(-1000, 1000), most=3), "then this is taken off, by channel,"),
        Field("std", list_of(number(0.000001, 1000), most=3), "then they are divided by this."),
        Field("fit", one_of("stretch", "crop"), "A picture of another shape is stretched, or its middle is cut out."),
        Field("output", text(longest=200), "The output with the scores; empty: the first."),
        Field("apply", one_of("none", "softmax", "sigmoid"), "What makes probabilities of them."),
        ENABLED,
    ),
    Model,
)
