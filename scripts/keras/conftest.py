"""What Keras' own tests need around them: `tensorflow` means tapeflow, and what its conftest provides.

The source distribution carries the tests without their conftest. It is loaded with `-p conftest`.
"""

import pytest

import tapeflow

tapeflow.install_as_tensorflow()


def skip_if_backend(given_backend, reason):
    """A mark for tests that the authors leave out on a backend."""
    return pytest.mark.skipif(given_backend == "tensorflow", reason=reason)


def pytest_configure(config):
    import torch  # noqa: F401  before Keras, as its tests want it

    config.addinivalue_line("markers", "requires_trainable_backend: needs gradients, which are there")
    config.addinivalue_line("markers", "multi_device: needs several devices of JAX")


def pytest_collection_modifyitems(items):
    skip = pytest.mark.skip(reason="there is one device")
    for item in items:
        if "multi_device" in item.keywords:
            item.add_marker(skip)
