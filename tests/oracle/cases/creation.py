"""Creation and conversion."""

import re

import numpy as np

from tests.oracle.call import Call, complex_normal, integers, normal

_WORDS = np.array([b"a", b"bc", b""], object)


def _written(source):
    """A call written as a line of source text, in which `tf` is the library at hand."""
    source = source.strip()

    def evaluated(tf):
        return eval(source, {"tf": tf, "np": np})

    return Call(evaluated, name=re.match(r"tf\.(\w+)", source)[1])


CALLS = [
    *map(
        _written,
        """
        tf.constant([1, 2], tf.float32)
        tf.constant(5, shape=[2, 2])
        tf.constant([1, 2, 3, 4], shape=[2, 2])
        tf.constant([[1.5], [2]])
        tf.constant("a")
        tf.constant(300, tf.uint8)
        tf.constant(np.ones(2), tf.float32)
        tf.constant([], tf.int32)
        tf.constant(1 + 2j)
        tf.constant(True)
        tf.constant(2**40)
        tf.convert_to_tensor(1, dtype_hint=tf.float32)
        tf.convert_to_tensor(1.5, dtype_hint=tf.int32)
        tf.convert_to_tensor([[1, 2], [3, 4]], tf.bfloat16)
        tf.zeros([2, 3])
        tf.zeros(3, tf.int32)
        tf.zeros([])
        tf.zeros([2], tf.string)
        tf.zeros([2], tf.bool)
        tf.zeros(tf.TensorShape([1, 2]), tf.complex64)
        tf.ones([2, 0])
        tf.ones([2], tf.bool)
        tf.ones(tf.constant([2, 1]), tf.float16)
        tf.ones([2, tf.constant(1)])
        tf.fill([2, 1], 7)
        tf.fill([2, 1], 7.5)
        tf.fill([2], "a")
        tf.fill(2, True)
        tf.zeros_like([1, 2])
        tf.zeros_like(["a"])
        tf.zeros_like(tf.constant([1.0]), tf.int32)
        tf.ones_like([True])
        tf.ones_like(tf.constant([1.0]), dtype=tf.int64)
        tf.eye(2)
        tf.eye(2, 3, dtype=tf.int32)
        tf.eye(3, 2, batch_shape=[2, 1])
        tf.eye(2, dtype=tf.bool)
        tf.range(5)
        tf.range(2, 5)
        tf.range(5, 2, -1)
        tf.range(0, 1, 0.1)
        tf.range(0, 2, 0.3, dtype=tf.float64)
        tf.range(10.0, 1.0, -0.7)
        tf.range(5, dtype=tf.float32)
        tf.range(3, dtype=tf.int64)
        tf.range(1, 2.5)
        tf.range(tf.constant(3, tf.int64))
        tf.range(3, delta=2)
        tf.range(5, 5)
        tf.range(0, 5, 1, dtype=tf.float16)
        tf.range(0, 1, 0.3, dtype=tf.bfloat16)
        tf.range(2**40, 2**40 + 2)
        tf.range(np.float64(3))
        tf.linspace(0.0, 1.0, 5)
        tf.linspace(0, 10, 4)
        tf.linspace(0.0, 1.0, 1)
        tf.linspace([0.0, 1.0], [1.0, 3.0], 3, axis=-1)
        tf.one_hot([0, 2, 5, -1], 3)
        tf.one_hot(1, 3)
        tf.one_hot([0, 2], 3, on_value=5.0, off_value=-1.0)
        tf.one_hot([0, 2], 3, on_value=5)
        tf.one_hot([0, 2], 3, on_value=True, off_value=False)
        tf.one_hot([[0, 2]], 3, axis=1)
        tf.one_hot([0, 2], 3, axis=0, dtype=tf.int64)
        tf.one_hot([0, 2], 0)
        tf.one_hot(tf.constant([0, 2], tf.uint8), 3)
        tf.one_hot([0, 2], 3, on_value="a", off_value="b")
        tf.shape([[1, 2]])
        tf.shape(tf.zeros([2, 0]), tf.int64)
        tf.shape(1.0)
        tf.shape_n([1, [2, 3]])
        tf.size([[1, 2]], tf.int64)
        tf.rank([[1, 2]])
        tf.ensure_shape(tf.ones([2, 3]), [None, 3])
        tf.ensure_shape(tf.ones([2, 3]), None)
        tf.broadcast_dynamic_shape([1, 2], [3, 1])
        tf.broadcast_static_shape(tf.TensorShape([1, None]), tf.TensorShape([3, 2])).as_list()
        tf.is_tensor(tf.constant(1))
        tf.is_tensor(np.ones(2))
        tf.get_static_value(tf.constant([1, 2])).tolist()
        tf.identity_n([1.0, [2]])
        tf.convert_to_tensor([tf.constant(1.0), 2])
        tf.convert_to_tensor([1, tf.constant(1.0)])
        tf.convert_to_tensor([[tf.constant(1.0)], [2.0]])
        tf.convert_to_tensor([tf.constant(1.0)], tf.int32)
        tf.convert_to_tensor([np.float64(1), tf.constant(1.0)])
        """.strip().splitlines(),
    ),
    Call("fill", [2, 3], normal()),
    Call("identity_n", [normal(2), normal(3)]),
    Call("linspace", normal(2), normal(2), 4),
    Call("linspace", normal(), normal(2), 3, axis=1),
    Call("linspace", normal(dtype="float64"), normal(dtype="float64"), 7),
    Call("zeros_like", normal(2)),
    Call("ones_like", complex_normal(2)),
    Call("ensure_shape", normal(2), [2]),
    Call("convert_to_tensor", [normal(2), normal(2)]),
    Call("convert_to_tensor", [normal(), 1.0]),
    Call("one_hot", integers(2, 2, high=4), 4, axis=0),
]

BAD_CALLS = [
    *map(
        _written,
        """
        tf.constant([1, 2, 3], shape=[2, 2])
        tf.constant(1.5, tf.int32)
        tf.constant("a", tf.int32)
        tf.constant(None)
        tf.constant([1, [2]])
        tf.constant(tf.constant(1.0), tf.int32)
        tf.convert_to_tensor(tf.constant(1.0), tf.int32)
        tf.convert_to_tensor([tf.constant(1.0), tf.constant(1)])
        tf.convert_to_tensor([1.5, tf.constant(1)])
        tf.convert_to_tensor([tf.constant([1.0]), 1.0])
        tf.convert_to_tensor([tf.constant(1.0), None])
        tf.zeros([2, -1])
        tf.zeros([2.5])
        tf.zeros("a")
        tf.zeros(None)
        tf.ones([2], tf.string)
        tf.ones_like(["a"])
        tf.fill([-2], 1)
        tf.fill([2], [1, 2])
        tf.fill([2.0], 1)
        tf.eye(-1)
        tf.eye(2.5)
        tf.range(5, 2)
        tf.range(0, 5, 0)
        tf.range([1, 2])
        tf.range(3, dtype=tf.uint8)
        tf.linspace(0.0, 1.0, 2.5)
        tf.linspace(0.0, 1.0, 3, axis=2)
        tf.linspace(0.0, 1.0, -1)
        tf.expand_dims(tf.constant([1.0]), 0.5)
        tf.dynamic_partition([1.0, 2.0], tf.constant([0, 1], tf.int64), 2)
        tf.one_hot([0.0], 3)
        tf.one_hot([0], -1)
        tf.one_hot([0], 3, axis=2)
        tf.one_hot([0], 3, on_value=5.0, off_value=1)
        tf.one_hot([0], 3, on_value=5.0, dtype=tf.int32)
        tf.shape([1], tf.float32)
        tf.ensure_shape([1.0, 2.0], [3])
        tf.broadcast_dynamic_shape([4, 2], [3, 1])
        tf.broadcast_static_shape(tf.TensorShape([4, 2]), tf.TensorShape([3, 2]))
        tf.parallel_stack([1, 2])
        """.strip().splitlines(),
    )
]
