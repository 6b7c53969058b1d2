"""Channels may come first or last: the results are the same, TensorFlow's kernels for the CPU refuse the first."""

import numpy as np
import pytest

from tapeflow.api import nn
from tests.arrays import normal

FORMATS = {1: ("NWC", "NCW"), 2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}


def channels_first(x):
    return np.moveaxis(x, -1, 1)


def assert_same_in_both(function, x, *args, **kwargs):
    """function(x, *args, data_format=...) on x [batch, *spatial, channels] and on x turned."""
    last, first = FORMATS[x.ndim - 2]
    expected = function(x, *args, data_format=last, **kwargs).numpy()
    found = function(channels_first(x), *args, data_format=first, **kwargs).numpy()
    np.testing.assert_allclose(found, channels_first(expected), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
def test_convolution_with_channels_first_is_the_same(padding):
    assert_same_in_both(nn.conv1d, normal(2, 7, 3), normal(3, 3, 4), 2, padding)
    assert_same_in_both(nn.conv2d, normal(2, 7, 6, 3), normal(3, 2, 3, 4), [1, 2], padding, dilations=1)
    assert_same_in_both(nn.conv3d, normal(2, 4, 5, 4, 3), normal(2, 3, 2, 3, 2), 1, padding)
    assert_same_in_both(
        nn.convolution, normal(2, 7, 6, 3), normal(3, 2, 3, 4), padding=padding, dilations=[2, 1]
    )


def test_convolution_takes_strides_and_margins_in_the_order_of_the_layout():
    x, w = normal(2, 7, 6, 3), normal(3, 2, 3, 4)
    expected = nn.conv2d(x, w, [1, 2, 3, 1], [[0, 0], [1, 2], [0, 1], [0, 0]]).numpy()
    margins = [[0, 0], [0, 0], [1, 2], [0, 1]]
    found = nn.conv2d(channels_first(x), w, [1, 1, 2, 3], margins, data_format="NCHW").numpy()
    np.testing.assert_allclose(found, channels_first(expected), rtol=1e-12, atol=1e-12)


def test_convolution_with_channels_first_takes_more_batch_axes():
    x, w = normal(2, 3, 5, 6, 2), normal(3, 3, 2, 4)
    expected = nn.conv2d(x, w, 1, "SAME").numpy()
    found = nn.conv2d(np.moveaxis(x, -1, 2), w, 1, "SAME", data_format="NCHW").numpy()
    np.testing.assert_allclose(found, np.moveaxis(expected, -1, 2), rtol=1e-12, atol=1e-12)


def test_transposed_convolution_with_channels_first_is_the_same():
    x, w = normal(2, 5, 4, 4), normal(3, 2, 2, 4)
    expected = nn.conv2d_transpose(x, w, [2, 10, 8, 2], 2).numpy()
    found = nn.conv2d_transpose(channels_first(x), w, [2, 2, 10, 8], 2, data_format="NCHW").numpy()
    np.testing.assert_allclose(found, channels_first(expected), rtol=1e-12, atol=1e-12)


def test_depthwise_convolution_with_channels_first_is_the_same():
    x, w = normal(2, 6, 5, 3), normal(3, 2, 3, 2)
    assert_same_in_both(nn.depthwise_conv2d, x, w, [1, 1, 1, 1], "SAME")
    assert_same_in_both(nn.separable_conv2d, x, w, normal(1, 1, 6, 4), [1, 1, 1, 1], "VALID")
    delta = normal(2, 6, 5, 6)
    expected = nn.depthwise_conv2d_backprop_input(x.shape, w, delta, [1, 1, 1, 1], "SAME").numpy()
    found = nn.depthwise_conv2d_backprop_input(
        (2, 3, 6, 5), w, channels_first(delta), [1, 1, 1, 1], "SAME", "NCHW"
    ).numpy()
    np.testing.assert_allclose(found, channels_first(expected), rtol=1e-12, atol=1e-12)
    expected = nn.depthwise_conv2d_backprop_filter(x, w.shape, delta, [1, 1, 1, 1], "SAME").numpy()
    found = nn.depthwise_conv2d_backprop_filter(
        channels_first(x), w.shape, channels_first(delta), [1, 1, 1, 1], "SAME", "NCHW"
    ).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("pool", [nn.max_pool, nn.avg_pool])
@pytest.mark.parametrize("padding", ["SAME", "VALID"])
def test_pooling_with_channels_first_is_the_same(pool, padding):
    for dims in ((2, 7, 3), (2, 7, 6, 3), (2, 4, 5, 4, 3)):
        assert_same_in_both(pool, normal(*dims), 2, 2, padding)
        assert_same_in_both(pool, normal(*dims), 3, 1, padding)


def test_depthwise_convolution_may_have_different_strides():
    x, w = normal(2, 6, 5, 3), normal(3, 2, 3, 1)
    found = nn.depthwise_conv2d(x, w, [1, 2, 1, 1], "VALID").numpy()
    expected = nn.depthwise_conv2d(x, w, [1, 1, 1, 1], "VALID").numpy()[:, ::2]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_transposed_convolution_may_be_dilated():
    x, w = normal(1, 3, 3, 2), normal(2, 2, 4, 2)
    spread = np.zeros((3, 3, 4, 2))
    spread[::2, ::2] = w
    expected = nn.conv2d_transpose(x, spread, [1, 5, 5, 4], 1, "VALID").numpy()
    found = nn.conv2d_transpose(x, w, [1, 5, 5, 4], 1, "VALID", dilations=2).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_convolution_over_three_axes_may_have_groups_and_dilations():
    x, w = normal(1, 4, 4, 4, 4), normal(2, 2, 2, 2, 6)
    found = nn.conv3d(x, w, 1, "VALID", dilations=2).numpy()
    halves = [
        nn.conv3d(x[..., 2 * i :][..., :2], w[..., 3 * i :][..., :3], 1, "VALID", dilations=2) for i in (0, 1)
    ]
    np.testing.assert_allclose(
        found, np.concatenate([each.numpy() for each in halves], -1), rtol=1e-12, atol=1e-12
    )
