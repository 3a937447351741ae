"""Image classifiers in ONNX, with onnxruntime: the only file that knows it. Imported in workers alone."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.core.examination import Model
from edge.media.picture import Picture, scaled


class BadModel(Exception):
    """The model cannot be used; the sentence says why, for the operator. The worker goes on without it."""


class Classifier:
    """One model, loaded and tried."""

    def __init__(self, model: Model) -> None:
        """Raises BadModel."""
        self.model = model
        try:
            self._session = _session(model.file)
            self._input = self._session.get_inputs()[0].name
            scores = self._run(np.zeros((model.height, model.width, 3), np.uint8))
        except BadModel:
            raise
        except Exception as error:  # onnxruntime's errors have no common base
            raise BadModel(f"model {model.name}: {error.__class__.__name__}: {str(error)[:200]}") from error
        if len(scores) != len(model.labels):
            raise BadModel(f"model {model.name} gives {len(scores)} scores, and `labels` has {len(model.labels)}")

    def score(self, pictures: Sequence[Picture]) -> dict[str, float]:
        """The highest probability of each label over the pictures."""
        model, best = self.model, dict.fromkeys(filter(None, self.model.labels), 0.0)
        for picture in pictures:
            pixels = scaled(picture, model.width, model.height, model.fit == "crop")
            for label, value in _labelled(model, self._run(pixels)).items():
                best[label] = max(best[label], value)
        return best

    def _run(self, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
        model = self.model
        values: NDArray[np.float32] = pixels.astype(np.float32)
        if model.channels == "bgr":
            values = values[:, :, ::-1]
        mean, std = np.array(model.mean, np.float32), np.array(model.std, np.float32)
        values = (values / np.float32(model.scale) - mean) / std
        if model.layout == "nchw":
            values = values.transpose(2, 0, 1)
        batch = np.ascontiguousarray(values[None], np.float32)
        outputs = self._session.run([model.output] if model.output else None, {self._input: batch})
        return _applied(np.asarray(outputs[0], np.float64).ravel(), model.apply)


def _session(file: str) -> Any:
    try:
        import onnxruntime  # of the extra `images`
    except ImportError as error:
        raise BadModel("onnxruntime is not installed (smsedge[images])") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # what it takes for one picture it gives back
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


def _applied(scores: NDArray[np.float64], apply: str) -> NDArray[np.float64]:
    """Probabilities out of scores."""
    if apply == "softmax":
        powers = np.exp(scores - scores.max())
        return np.asarray(powers / powers.sum())
    if apply == "sigmoid":
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scores, -60.0, 60.0))))
    return scores


def _labelled(model: Model, scores: NDArray[np.float64]) -> dict[str, float]:
    """By label. Scores of one label exclude each other where they add up to one, so that they are added; else the
    highest counts.
    """
    exclusive = model.apply == "softmax" or (model.apply == "none" and abs(float(scores.sum()) - 1.0) < 0.01)
    found: dict[str, float] = {}
    for label, score in zip(model.labels, scores.tolist(), strict=True):
        if label and score == score:  # a model may give NaN
            found[label] = found.get(label, 0.0) + score if exclusive else max(found.get(label, 0.0), score)
    return {label: min(1.0, max(0.0, score)) for label, score in found.items()}
