"""Functions of JAX on tapeflow, by `jax2tf`: `python jax2tf_program.py FOLDER`, which is empty."""

import importlib
import sys

import jax
import jax.extend.mlir as mlir
import jax.numpy as jnp
import numpy as np
from jax import export

import tapeflow

tapeflow.install_as_tensorflow()
tf = importlib.import_module("tensorflow")
xla = importlib.import_module("tensorflow.compiler.tf2xla.python.xla")
jax2tf = importlib.import_module("jax.experimental.jax2tf")

W, X = np.arange(6, dtype="float32").reshape(3, 2) / 10, np.ones((4, 3), "float32")


def layer(w, x):
    return jnp.tanh(x @ w), x.shape[0] * 2, x.astype(jnp.bfloat16)


def gradient(function, *inputs):
    inputs = [tf.constant(each) for each in inputs]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        y = tf.reduce_sum(function(*inputs)[0])
    return tape.gradient(y, inputs)


def refused(kind, words, call, *arguments, **options):
    try:
        call(*arguments, **options)
    except kind as error:
        assert words in str(error), error
    else:
        raise AssertionError(f"no {kind}")


def close(found, expected):
    assert np.allclose(found, expected, rtol=1e-5), (found, expected)


# Results, eagerly and in functions whose sizes are not known.
converted = jax2tf.convert(jax.jit(layer), polymorphic_shapes=[None, "(b, 3)"])
sizes = [tf.TensorSpec([3, 2]), tf.TensorSpec([None, 3])]
traced = tf.function(converted, input_signature=sizes, autograph=False)
for function in (converted, traced):
    for rows in (4, 1):
        y, number, narrow = function(tf.constant(W), tf.constant(X[:rows]))
        close(y, layer(W, X[:rows])[0])
        assert number.numpy() == 2 * rows and number.shape == [] and narrow.dtype is tf.bfloat16
assert traced.get_concrete_function().structured_outputs[0].shape.as_list() == [None, 2]

# Derivatives.
expected = jax.grad(lambda w, x: layer(w, x)[0].sum(), (0, 1))(W, X)
for function in (converted, traced, tf.function(converted, autograph=False)):
    for found, each in zip(gradient(function, W, X), expected, strict=True):
        close(found, each)
twice = jax.grad(lambda w: (jax.grad(lambda v: layer(v, X)[0].sum())(w) ** 2).sum())(W)
for function in (converted, traced):
    w = tf.Variable(W)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(function(w, tf.constant(X))[0])
        y = tf.reduce_sum(inner.gradient(y, w) ** 2)
    close(outer.gradient(y, w), twice)
plain = jax2tf.convert(lambda x: (jnp.sin(x),), with_gradient=False)
refused(LookupError, "does not support gradients", gradient, plain, X)

# Several platforms, of which one is here; none.
several = jax2tf.convert(jnp.sin, native_serialization_platforms=("tpu", "cpu"))
close(several(X), np.sin(X))
refused(tf.errors.NotFoundError, "TPU", jax2tf.convert(jnp.sin, native_serialization_platforms=("tpu",)), X)

# Numbers of 64 bits; containers in attributes; a saved model.
with jax.enable_x64(True):
    close(jax2tf.convert(jnp.sin)(X.astype("float64")), np.sin(X.astype("float64")))
assert type(tf.Module()) is tapeflow.Module
module = tf.Module()
module.f, module.parts = traced, [1]
assert type(module.parts) is list
tf.saved_model.save(module, sys.argv[1])
close(tf.saved_model.load(sys.argv[1]).f(tf.constant(W), tf.constant(X))[0], layer(W, X)[0])

# What does not fit is refused before it is run.
exported = export.export(jax.jit(jnp.sin))(X)
options = {
    "version": 10,
    "module": exported.mlir_module_serialized,
    "platforms": ("CPU",),
    "Tout": [tf.float32],
}
close(xla.call_module([X], **options, Sout=[(4, 3)])[0], np.sin(X))
INVALID = tf.errors.InvalidArgumentError
refused(INVALID, "was promised", xla.call_module, [X], **options, Sout=[(4, 5)])
refused(INVALID, "was promised", xla.call_module, [X], **{**options, "Tout": [tf.int32]}, Sout=[(4, 3)])
refused(INVALID, "not int32[4, 3]", xla.call_module, [X.astype("int32")], **options, Sout=[(4, 3)])
refused(INVALID, "takes 1 arguments", xla.call_module, [X, X], **options, Sout=[(4, 3)])
refused(INVALID, "does not take", xla.call_module, [X[:2]], **options, Sout=[(4, 3)])
refused(INVALID, "is none", xla.call_module, [X], **{**options, "module": b"nothing"}, Sout=[(4, 3)])
CALLING = """func.func public @main(%x: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %y = stablehlo.custom_call @xla_ffi_python_cpu_callback(%x) {api_version = 2 : i32} :
    (tensor<4x3xf32>) -> tensor<4x3xf32>
  return %y : tensor<4x3xf32>
}"""
options["module"] = mlir.serialize_portable_artifact(CALLING, "1.0.0")
refused(NotImplementedError, "callback", xla.call_module, [X], **options, Sout=[(4, 3)])
print("done")
