"""Layout: every element goes somewhere and none changes."""

import numpy as np

from tapeflow.core import dtypes as types
from tapeflow.ops import layout, padding, repetition
from tests.ops.case import Case, complex_normal, integers, normal

_LENGTHS = np.array([1, 3, 0])

CASES = [
    Case(layout.reshape, normal(2, 6), dims=(3, 4), reference=lambda x: x.reshape(3, 4)),
    Case(layout.reshape, normal(), dims=(1, 1), reference=lambda x: x.reshape(1, 1)),
    Case(layout.transpose, normal(2, 3, 4), perm=(2, 0, 1), reference=lambda x: x.transpose(2, 0, 1)),
    Case(layout.transpose, complex_normal(2, 3), perm=(1, 0), reference=np.transpose),
    Case(
        layout.concat,
        normal(2, 3),
        normal(2, 1),
        normal(2, 0),
        axis=1,
        reference=lambda *xs: np.concatenate(xs, axis=1),
    ),
    Case(layout.concat, normal(2), axis=0),
    Case(layout.split, normal(5, 2), sizes=(1, 0, 4), axis=0, reference=lambda x: (x[:1], x[1:1], x[1:])),
    Case(layout.split, normal(2, 4), sizes=(2, 2), axis=1, reference=lambda x: (x[:, :2], x[:, 2:])),
    Case(layout.stack, normal(2, 3), normal(2, 3), axis=2, reference=lambda *xs: np.stack(xs, axis=2)),
    Case(layout.stack, normal(), normal(), normal(), axis=0, reference=lambda *xs: np.stack(xs)),
    Case(layout.unstack, normal(3, 2), axis=0, num=3, reference=lambda x: tuple(x)),
    Case(layout.unstack, normal(2, 3), axis=1, num=3, reference=lambda x: tuple(x.T)),
    Case(layout.unstack, normal(3), axis=0, num=3, reference=lambda x: tuple(x)),
    Case(layout.reverse, normal(2, 3, 2), axes=(0, 2), reference=lambda x: x[::-1, :, ::-1]),
    Case(layout.reverse, normal(2), axes=(), reference=lambda x: x),
    Case(
        layout.roll,
        normal(4, 3),
        shifts=(1, -2),
        axes=(0, 1),
        reference=lambda x: np.roll(x, (1, -2), (0, 1)),
    ),
    Case(layout.roll, normal(4), shifts=(1, 1), axes=(0, 0), reference=lambda x: np.roll(x, 2)),
    Case(layout.reverse_sequence, normal(3, 4, 2), _LENGTHS, sequence_axis=1, batch_axis=0),
    Case(layout.reverse_sequence, normal(2, 4, 3), _LENGTHS, sequence_axis=1, batch_axis=2),
    Case(layout.reverse_sequence, normal(4, 2, 3), _LENGTHS, sequence_axis=0, batch_axis=2),
    Case(layout.shape_of, normal(2, 3), dtype=types.int64, reference=lambda x: np.array([2, 3])),
    Case(layout.ensure_shape, normal(2, 3), dims=(None, 3), reference=lambda x: x),
    Case(
        padding.pad,
        normal(2, 3),
        paddings=((1, 0), (0, 2)),
        value=1.5,
        reference=lambda x: np.pad(x, ((1, 0), (0, 2)), constant_values=1.5),
    ),
    Case(
        padding.mirror_pad,
        normal(3, 4),
        paddings=((2, 1), (0, 3)),
        offset=1,
        reference=lambda x: np.pad(x, ((2, 1), (0, 3)), mode="reflect"),
    ),
    Case(
        padding.mirror_pad,
        normal(3, 2),
        paddings=((3, 1), (0, 2)),
        offset=0,
        reference=lambda x: np.pad(x, ((3, 1), (0, 2)), mode="symmetric"),
    ),
    Case(padding.mirror_pad_grad, normal(6, 4), paddings=((2, 1), (1, 0)), offset=1),
    Case(padding.mirror_pad_grad, normal(6), paddings=((2, 2),), offset=0),
    Case(layout.stack, normal(0, 3), normal(0, 3), axis=0, reference=lambda *xs: np.stack(xs)),
    Case(layout.stack, complex_normal(2), complex_normal(2), axis=0, reference=lambda *xs: np.stack(xs)),
    Case(repetition.tile, normal(2, 3), multiples=(3, 2), reference=lambda x: np.tile(x, (3, 2))),
    Case(repetition.tile, normal(2, 3), multiples=(1, 0)),
    Case(repetition.tile, normal(), multiples=()),
    Case(repetition.repeat, normal(2, 3), count=2, axis=0, reference=lambda x: np.repeat(x, 2, 0)),
    Case(repetition.repeat, normal(2, 3), count=3, axis=1, reference=lambda x: np.repeat(x, 3, 1)),
    Case(
        repetition.repeated_places,
        integers(4, high=3),
        reference=lambda counts: np.repeat(np.arange(4), counts),
        skip="spec_unknown",
        reason="the size follows from the values",
    ),
]
