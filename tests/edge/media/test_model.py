"""Classifiers as the conf describes them, and the way from their score to the verdict."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from edge.core.account import Account
from edge.core.examination import Examination, Model
from edge.core.facts import Facts
from edge.core.inventory import Inventory
from edge.core.media import Media
from edge.core.submission import Body, Channel, Direction, Identity, Operation, Submission
from edge.media.model import BadModel, Classifier
from edge.media.pool import Pool
from edge.policy.engine import compile_ruleset, decide
from edge.policy.signals.numbers import identify
from edge.policy.state import PolicyState

from .makers import mail, saved
from .models import redness, two_outputs

RED, GREY = Image.new("RGB", (80, 60), (255, 0, 0)), Image.new("RGB", (80, 60), (128, 128, 128))


def score(model: Model, *pictures: Image.Image) -> dict[str, float]:
    return {label: round(value, 2) for label, value in Classifier(model).score(pictures).items()}


def test_layout_channels_and_scale(tmp_path: Path) -> None:
    picture = Image.new("RGB", (80, 60), (255, 51, 0))
    labels = ("nsfw", "hate", "")
    for layout in ("nchw", "nhwc"):
        file = redness(tmp_path / f"{layout}.onnx", layout)
        model = Model("m", file, labels, 32, 32, layout=layout)
        assert score(model, picture) == {"nsfw": 1.0, "hate": 0.2}
        model = Model("m", file, labels, 32, 32, layout=layout, channels="bgr")
        assert score(model, picture) == {"nsfw": 0.0, "hate": 0.2}
        model = Model("m", file, labels, 32, 32, layout=layout, mean=(0.5, 0.1, 0.0), std=(1.0, 0.5, 1.0))
        assert score(model, picture) == {"nsfw": 0.5, "hate": 0.2}
        model = Model("m", file, labels, 32, 32, layout=layout, scale=510.0)
        assert score(model, picture) == {"nsfw": 0.5, "hate": 0.1}


def test_the_highest_of_several_pictures(tmp_path: Path) -> None:
    model = Model("m", redness(tmp_path / "m.onnx"), ("nsfw", "", "gore"), 32, 32)
    assert score(model, GREY, RED) == {"nsfw": 1.0, "gore": 0.5}


def test_a_named_output_and_what_makes_probabilities(tmp_path: Path) -> None:
    file = two_outputs(tmp_path / "m.onnx")
    softmax = Model("m", file, ("nsfw", ""), 16, 16, output="scores", apply="softmax")
    assert score(softmax, RED)["nsfw"] == 1.0
    assert score(softmax, Image.new("RGB", (9, 9)))["nsfw"] == 0.0
    sigmoid = Model("m", file, ("nsfw", "nsfw"), 16, 16, output="scores", apply="sigmoid")
    assert score(sigmoid, Image.new("RGB", (9, 9)))["nsfw"] == 1.0  # the higher of both
    exclusive = Model("m", file, ("nsfw", "nsfw"), 16, 16, output="scores", apply="softmax")
    assert score(exclusive, GREY)["nsfw"] == 1.0  # they add up


def test_stretched_or_cut(tmp_path: Path) -> None:
    wide = Image.new("RGB", (300, 100), (0, 0, 0))
    wide.paste((255, 0, 0), (0, 0, 100, 100))
    file = redness(tmp_path / "m.onnx")
    assert score(Model("m", file, ("nsfw", "", ""), 32, 32), wide)["nsfw"] == pytest.approx(0.33, abs=0.03)
    assert score(Model("m", file, ("nsfw", "", ""), 32, 32, fit="crop"), wide)["nsfw"] == 0.0


def test_models_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    good = redness(tmp_path / "m.onnx")
    for model, says in [
        (Model("m", str(tmp_path / "bad.onnx"), ("nsfw",)), "model m: "),
        (Model("m", str(tmp_path / "none.onnx"), ("nsfw",)), "model m: "),
        (Model("m", good, ("nsfw",), 32, 32), "gives 3 scores, and `labels` has 1"),
        (Model("m", good, ("nsfw", "", ""), 64, 64), "model m: "),
        (Model("m", good, ("nsfw", "", ""), 32, 32, output="nothing"), "model m: "),
    ]:
        with pytest.raises(BadModel, match=says):
            Classifier(model)


def test_a_model_that_cannot_be_used_is_said_and_nothing_is_scored(
    tmp_path: Path, examined: Callable[..., Media]
) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    settings = Examination(ocr=False, models=(Model("bad", str(tmp_path / "bad.onnx"), ("nsfw",)),))
    assert examined(mail(("image/png", saved(RED, "PNG"))), settings).unscored


# From the octets of a message to the verdict

PAT = Account(name="pat", kind="consumer", country="CA", numbers=((14035550160, 14035550169),))


def judged(media: Media) -> tuple[str, str]:
    inventory = Inventory([PAT])
    message = Submission(
        Channel.MM4,
        Direction.MT,
        Operation.SUBMIT,
        PAT,
        "pat",
        "pat",
        identify("+14035550162", 1, 1, 1),
        identify("+14035550722", 1, 1, 1),
        Body("", b"MIME"),
        identity=Identity(),
        media=media,
    )
    verdict = decide(compile_ruleset({}, "v1", inventory), PolicyState(Facts()), message, 1000.0)
    return verdict.action.value, verdict.rule


async def test_refused_above_the_threshold_and_held_between(tmp_path: Path) -> None:
    model = Model("red", redness(tmp_path / "red.onnx"), ("nsfw", "", ""), 32, 32)
    pool = Pool(Examination(workers=1, ocr=False, models=(model,)))
    await pool.start()
    try:
        found: dict[int, Any] = {}
        for red in (0, 100, 140, 190, 230, 255):
            image = Image.new("RGB", (60, 60), (red, 0, 0))
            found[red] = judged(await pool.examine(mail(("image/png", saved(image, "PNG")))))
        frames = saved(
            Image.new("RGB", (60, 60)), "GIF", save_all=True, append_images=[Image.new("RGB", (60, 60), (255, 0, 0))]
        )
        moving = judged(await pool.examine(mail(("image/gif", frames))))
        assert pool.capabilities().models == ("red (nsfw)",)
    finally:
        await pool.stop()
    assert found == {
        0: ("allow", ""),
        100: ("allow", ""),
        140: ("flag", "image-content/nsfw"),
        190: ("quarantine", "image-content/nsfw"),
        230: ("reject", "image-content/nsfw"),
        255: ("reject", "image-content/nsfw"),
    }
    assert moving == ("reject", "image-content/nsfw")
