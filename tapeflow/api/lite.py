"""tf.lite: converting models for small devices is not here; the names say so."""

import enum

__all__ = ["OpsSet", "Optimize", "TFLiteConverter"]


class Optimize(enum.Enum):
    """What a conversion could be tuned for."""

    DEFAULT = "DEFAULT"
    OPTIMIZE_FOR_SIZE = "OPTIMIZE_FOR_SIZE"
    OPTIMIZE_FOR_LATENCY = "OPTIMIZE_FOR_LATENCY"
    EXPERIMENTAL_SPARSITY = "EXPERIMENTAL_SPARSITY"


class OpsSet(enum.Enum):
    """Which operations a converted model could use."""

    TFLITE_BUILTINS = "TFLITE_BUILTINS"
    SELECT_TF_OPS = "SELECT_TF_OPS"
    TFLITE_BUILTINS_INT8 = "TFLITE_BUILTINS_INT8"


class TFLiteConverter:
    """Converts models; making one is a NotImplementedError."""

    def __init__(self, *args, **kwargs):
        raise NotImplementedError(
            "Conversion to TensorFlow Lite is not here: it needs TensorFlow's own converter."
        )

    @classmethod
    def from_saved_model(cls, *args, **kwargs):
        """Raises NotImplementedError."""
        return cls()

    @classmethod
    def from_keras_model(cls, *args, **kwargs):
        """Raises NotImplementedError."""
        return cls()
