"""The tables [media] and [[media.model]]."""

import pytest
from msgspec.structs import replace

from edge.core.examination import TYPES, Examination, Model

MM4 = '[mm4]\nlisten = "127.0.0.1:2525"\ndomain = "mms.example"\n'
MODEL = '[[media.model]]\nname = "m"\nfile = "m.onnx"\nlabels = ["", "nsfw"]\n'


def test_nothing_said(desk):
    assert desk({}).load().conf.media == Examination()
    assert Examination().types == TYPES


def test_all_of_it(desk):
    conf = desk(
        {
            "m.onnx": "model",
            "edge.conf": '[media]\nworkers = 3\nqueue = 9\ndeadline = "2s"\nmemory = "1GiB"\npixels = 1000000\n'
            'frames = 5\nunfolded = "2MiB"\ncache = 0\ntypes = ["text/plain", "image/jpeg"]\nocr = false\n'
            'languages = "eng+fra"\ncodes = false\nvideo = false\n'
            + MODEL
            + 'width = 299\nheight = 300\nlayout = "nhwc"\nchannels = "bgr"\nscale = 1.0\nmean = [104, 117, 123]\n'
            'std = [1, 1, 1]\nfit = "crop"\noutput = "prob"\napply = "softmax"\n',
        }
    )
    media = conf.load().conf.media
    assert (media.workers, media.queue, media.deadline, media.memory) == (3, 9, 2.0, 1 << 30)
    assert (media.types, media.languages, media.ocr, media.video) == (
        ("text/plain", "image/jpeg"),
        "eng+fra",
        False,
        False,
    )
    (model,) = media.models
    assert model.stamp.endswith(":5")
    assert replace(model, stamp="") == Model(
        "m",
        str(conf.directory / "m.onnx"),
        ("", "nsfw"),
        299,
        300,
        "nhwc",
        "bgr",
        1.0,
        (104.0, 117.0, 123.0),
        (1.0, 1.0, 1.0),
        "crop",
        "prob",
        "softmax",
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[media]\nworkers = 0\n", "edge.conf:2: workers: expected a whole number from 1 to 64, got 0"),
        ("[media]\nmodels = 1\n", 'edge.conf:2: unknown key models in [media] (did you mean "model"?)'),
        ("[media]\n" + MODEL.replace("m.onnx", "none.onnx"), 'edge.conf:4: file: cannot read the file "none.onnx": '),
        ("[media]\n" + MODEL.replace('"nsfw"', '""'), "edge.conf:5: labels: none of the scores means anything"),
        ("[media]\n" + MODEL.replace('"nsfw"', '"porn"'), "edge.conf:5: labels: expected"),
        ("[media]\n" + MODEL + "mean = [1]\n", "edge.conf:6: mean: needs 3 numbers, one for each channel"),
        ("[media]\n" + MODEL + MODEL, "edge.conf:7: name: media.model m stands at edge.conf:3 already"),
    ],
)
def test_mistakes(desk, text, says):
    problems = desk({"edge.conf": text, "m.onnx": "model"}).problems()
    assert any(problem.startswith(says) for problem in problems), problems


def test_models_merge_by_name(desk):
    conf = desk({"edge.conf": "[media]\n" + MODEL, "m.onnx": "model"})
    conf.write("local.d/x.conf", '[[media.model]]\nname = "m"\nwidth = 64\n')
    (model,) = conf.load().conf.media.models
    assert (model.width, model.height) == (64, 224)


def test_without_a_model_it_is_said(desk):
    said = "media: no model scores pictures; image-content says `unscored` of them"
    assert any(said in note for note in desk({"edge.conf": MM4}).load().notes)
    assert not any(said in note for note in desk({}).load().notes)
    with_model = desk({"edge.conf": MM4 + "[media]\n" + MODEL, "m.onnx": "model"})
    assert not any(said in note for note in with_model.load().notes)
