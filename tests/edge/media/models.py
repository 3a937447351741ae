"""Small ONNX models, made when a test runs: one that measures how red a picture is, one that fails."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT


def save(path: Path, nodes: list[object], outputs: list[object], constants: list[object], shape: list[object]) -> str:
    entry = helper.make_tensor_value_info("picture", FLOAT, shape)
    graph = helper.make_graph(nodes, "test", [entry], outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return str(path)


def redness(path: Path, layout: str = "nchw", size: int = 32) -> str:
    """Gives three numbers: the mean of each channel, as it comes in."""
    shape = [1, 3, size, size] if layout == "nchw" else [1, size, size, 3]
    axes = [2, 3] if layout == "nchw" else [1, 2]
    nodes = [helper.make_node("ReduceMean", ["picture"], ["scores"], axes=axes, keepdims=0)]
    return save(path, nodes, [helper.make_tensor_value_info("scores", FLOAT, [1, 3])], [], shape)


def two_outputs(path: Path) -> str:
    """Gives `features` first, and `scores` of what the first channel has beyond one half, times twenty."""
    weights = numpy_helper.from_array(np.array([[20.0, -20.0], [0, 0], [0, 0]], np.float32), "weights")
    bias = numpy_helper.from_array(np.array([-10.0, 10.0], np.float32), "bias")
    nodes = [
        helper.make_node("ReduceMean", ["picture"], ["features"], axes=[2, 3], keepdims=0),
        helper.make_node("Gemm", ["features", "weights", "bias"], ["scores"]),
    ]
    outputs = [
        helper.make_tensor_value_info("features", FLOAT, [1, 3]),
        helper.make_tensor_value_info("scores", FLOAT, [1, 2]),
    ]
    return save(path, nodes, outputs, [weights, bias], [1, 3, 16, 16])
