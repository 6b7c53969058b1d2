"""TensorFlow 2's programming model, small, fast and readable: `import tapeflow as tf`."""

import importlib

from tapeflow.alias import find_public_names, install_as_tensorflow
from tapeflow.api import (
    autodiff,
    autograph,
    bitwise,
    config,
    debugging,
    dtypes,
    errors,
    image,
    io,
    linalg,
    math,
    nest,
    nn,
    ragged,
    random,
    signal,
    sparse,
    strings,
)
from tapeflow.api.arrays import (
    argsort,
    batch_to_space,
    boolean_mask,
    broadcast_dynamic_shape,
    broadcast_static_shape,
    broadcast_to,
    concat,
    constant,
    convert_to_tensor,
    dynamic_partition,
    dynamic_stitch,
    ensure_shape,
    expand_dims,
    eye,
    fill,
    gather,
    gather_nd,
    get_static_value,
    histogram_fixed_width,
    histogram_fixed_width_bins,
    identity_n,
    is_tensor,
    linspace,
    meshgrid,
    newaxis,
    one_hot,
    ones,
    ones_like,
    pad,
    parallel_stack,
    range,
    rank,
    repeat,
    required_space_to_batch_paddings,
    reshape,
    reverse,
    reverse_sequence,
    roll,
    scatter_nd,
    searchsorted,
    sequence_mask,
    shape,
    shape_n,
    size,
    slice,
    sort,
    space_to_batch,
    space_to_batch_nd,
    split,
    squeeze,
    stack,
    strided_slice,
    tensor_scatter_nd_add,
    tensor_scatter_nd_max,
    tensor_scatter_nd_min,
    tensor_scatter_nd_sub,
    tensor_scatter_nd_update,
    tile,
    transpose,
    unique,
    unique_with_counts,
    unravel_index,
    unstack,
    zeros,
    zeros_like,
)
from tapeflow.api.autodiff import GradientTape
from tapeflow.api.casting import bitcast, cast, saturate_cast
from tapeflow.api.clipping import clip_by_global_norm, clip_by_norm, clip_by_value
from tapeflow.api.context import (
    control_dependencies,
    device,
    executing_eagerly,
    group,
    init_scope,
    name_scope,
    no_op,
)
from tapeflow.api.control_flow import (
    TensorArray,
    TensorArraySpec,
    case,
    cond,
    foldl,
    foldr,
    scan,
    switch_case,
    while_loop,
)
from tapeflow.api.debugging import Assert, assert_equal, assert_greater, assert_less, assert_rank
from tapeflow.api.dtypes import (
    DType,
    as_dtype,
    bfloat16,
    bool,
    complex,
    complex64,
    complex128,
    double,
    float16,
    float32,
    float64,
    half,
    int8,
    int16,
    int32,
    int64,
    qint8,
    qint16,
    qint32,
    quint8,
    quint16,
    resource,
    string,
    uint8,
    uint16,
    uint32,
    uint64,
    variant,
)
from tapeflow.api.function import function
from tapeflow.api.functional import map_fn, vectorized_map
from tapeflow.api.gradients import (
    UnconnectedGradients,
    custom_gradient,
    grad_pass_through,
    gradients,
    hessians,
    recompute_grad,
)
from tapeflow.api.initializers import (
    constant_initializer,
    ones_initializer,
    random_normal_initializer,
    random_uniform_initializer,
    zeros_initializer,
)
from tapeflow.api.linalg import eig, eigvals, einsum, matmul, norm, tensordot
from tapeflow.api.math import (
    abs,
    acos,
    acosh,
    add,
    add_n,
    argmax,
    argmin,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cos,
    cosh,
    cumsum,
    divide,
    equal,
    exp,
    floor,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    maximum,
    minimum,
    multiply,
    negative,
    not_equal,
    pow,
    realdiv,
    reduce_all,
    reduce_any,
    reduce_logsumexp,
    reduce_max,
    reduce_mean,
    reduce_min,
    reduce_prod,
    reduce_sum,
    round,
    scalar_mul,
    sigmoid,
    sign,
    sin,
    sinh,
    sqrt,
    square,
    subtract,
    tan,
    tanh,
    truediv,
    truncatediv,
    truncatemod,
)
from tapeflow.api.printing import print
from tapeflow.api.python_calls import numpy_function, py_function
from tapeflow.api.ragged import RaggedTensor, RaggedTensorSpec
from tapeflow.api.selection import identity, stop_gradient, where
from tapeflow.api.signal import fftnd, ifftnd, irfftnd, rfftnd
from tapeflow.api.sparse import SparseTensor, SparseTensorSpec
from tapeflow.api.strings import as_string
from tapeflow.api.variables import Module, Variable, VariableAggregation, VariableSynchronization
from tapeflow.core.shapes import TensorShape
from tapeflow.core.spec import TensorSpec, TypeSpec
from tapeflow.core.tensor import Tensor
from tapeflow.ops.indexed_slices import IndexedSlices, IndexedSlicesSpec

__version__ = "0.1.0"


_ON_DEMAND = {
    "AggregationMethod": "api.gradients:AggregationMethod",
    "DeviceSpec": "api.device_spec:DeviceSpec",
    "Graph": "compat.v1:Graph",
    "Operation": "compat.v1:Operation",
    "OptionalSpec": "data:OptionalSpec",
    "__internal__": "compat.internal",
    "approx_top_k": "api.math.ranking:approx_top_k",
    "audio": "api.audio",
    "compat": "compat",
    "data": "data",
    "distribute": "api.distribute",
    "edit_distance": "api.sparse.edit_distance:edit_distance",
    "experimental": "api.experimental",
    "extract_volume_patches": "api.image.patches:extract_volume_patches",
    "fingerprint": "api.observations:fingerprint",
    "get_current_name_scope": "api.context:get_current_name_scope",
    "get_logger": "core.log:get_logger",
    "graph_util": "compat.v1.graph_util",
    "guarantee_const": "api.selection:guarantee_const",
    "initializers": "alias:keras",
    "inside_function": "api.context:inside_function",
    "is_symbolic_tensor": "api.arrays.conversion:is_symbolic_tensor",
    "keras": "alias:keras",
    "lite": "api.lite",
    "lookup": "api.lookup",
    "losses": "alias:keras",
    "make_ndarray": "api.tensor_protos:make_ndarray",
    "make_tensor_proto": "api.tensor_protos:make_tensor_proto",
    "matrix_square_root": "api.linalg:sqrtm",
    "metrics": "alias:keras",
    "optimizers": "alias:keras",
    "profiler": "api.profiler",
    "ragged_fill_empty_rows": "api.ragged.filling:ragged_fill_empty_rows",
    "saved_model": "api.saved_model",
    "summary": "api.summary",
    "sets": "api.sets",
    "timestamp": "api.observations:timestamp",
    "train": "api.train",
    "types": "api.types",
    "quantization": "api.quantization",
    "queue": "api.queue",
    "random_index_shuffle": "api.random.stateless:random_index_shuffle",
    "raw_ops": "api.raw_ops",
    "sysconfig": "api.sysconfig",
    "test": "api.test",
    "version": "api.version",
    "type_spec_from_value": "api.type_specs:type_spec_from_value",
}
"""Where the names lie that are imported when they are first asked for: modules, or `module:name`."""


def __getattr__(name):
    if name in _ON_DEMAND:
        place, _, member = _ON_DEMAND[name].partition(":")
        value = importlib.import_module(f"tapeflow.{place}")
        if member:
            value = getattr(value, member)
        if member == "keras":  # Keras itself, or one of its namespaces that TensorFlow shows beside it
            value = value() if name == "keras" else getattr(value(), name)
        globals()[name] = value
        return value
    raise AttributeError(
        f"tapeflow has no {name!r}. If TensorFlow has it, it is not here yet: docs/roadmap.md says what comes next."
    )


def __dir__():
    return [*globals(), *_ON_DEMAND]


find_public_names()
