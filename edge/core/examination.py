"""How messages with media are examined: what the workers may use, what is carried, which models score pictures."""

import msgspec

# policy.md A.7.
TYPES = (
    "text/plain",
    "application/smil",
    "image/jpeg",
    "image/gif",
    "image/png",
    "image/heic",
    "image/webp",
    "audio/amr",
    "audio/mp4",
    "audio/mpeg",
    "video/3gpp",
    "video/mp4",
    "text/x-vcard",
    "text/calendar",
    "application/pdf",
)


class Model(msgspec.Struct, frozen=True):
    """An image classifier in ONNX.

    `width` and `height` of what it takes, in pixels; `layout` and `channels` how they are laid out ("nchw" or "nhwc",
    "rgb" or "bgr"). A value of 0 to 255 is divided by `scale`, then `mean` is taken off and it is divided by `std`,
    by channel. `stamp` tells one content of the file from another. `fit` is how a picture is brought to size: "stretch"
    or "crop" (the middle of it). `output` names the output with the scores ("": the first), `apply` is what makes
    probabilities of them ("none", "softmax", "sigmoid").
    `labels` says what each score means: "nsfw", "hate", "gore", "illegal", or "" for nothing of interest.
    """

    name: str
    file: str
    labels: tuple[str, ...]
    width: int = 224
    height: int = 224
    layout: str = "nchw"
    channels: str = "rgb"
    scale: float = 255.0
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)
    fit: str = "stretch"
    output: str = ""
    apply: str = "none"
    stamp: str = ""


class Examination(msgspec.Struct, frozen=True):
    """The table [media]. Sizes in octets, times in seconds.

    `workers` processes look at what is not plain text; `queue` messages may wait for them. A message has `deadline`
    until its worker is killed. `memory` is what a worker may take beyond what it needs to begin. `pixels` of one frame
    and `frames` of an animation are the most that is decoded; `unfolded` the most that a part may be. `cache` counts
    parts whose findings are kept. `ocr`, `codes` and `video` switch what is read out of pictures, QR and bar codes,
    and videos, where the tools for it are installed.
    """

    workers: int = 2
    queue: int = 64
    deadline: float = 5.0
    memory: int = 768 * 1024 * 1024
    pixels: int = 50_000_000
    frames: int = 200
    unfolded: int = 10 * 1024 * 1024
    cache: int = 10_000
    types: tuple[str, ...] = TYPES
    ocr: bool = True
    languages: str = "eng"
    codes: bool = True
    video: bool = True
    models: tuple[Model, ...] = ()
