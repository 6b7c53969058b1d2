import copy
import pickle

import numpy as np
import pytest

from tapeflow.core import dtypes
from tapeflow.core.dtypes import as_dtype, from_array_dtype

tensorflow = pytest.importorskip("tensorflow")

NAMES = sorted(dtype.name for dtype in dtypes.ALL)
FACTS = [
    "name",
    "as_datatype_enum",
    "size",
    "real_dtype",
    "base_dtype",
    "is_floating",
    "is_integer",
    "is_complex",
]
FACTS += ["is_bool", "is_unsigned", "is_quantized", "is_numpy_compatible", "is_numeric"]


def outcome(dtype, fact):
    try:
        return repr(getattr(dtype, fact))
    except (TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("name", NAMES)
def test_dtype_has_tensorflows_facts(name):
    ours, theirs = as_dtype(name), tensorflow.as_dtype(name)
    assert (repr(ours), str(ours), int(ours)) == (repr(theirs), str(theirs), int(theirs))
    for fact in FACTS:
        assert repr(getattr(ours, fact)) == repr(getattr(theirs, fact)), fact
    for fact in ("min", "max"):
        assert outcome(ours, fact) == outcome(theirs, fact)
    if name not in ("resource", "variant"):
        assert ours.as_numpy_dtype == theirs.as_numpy_dtype
        assert outcome(ours, "limits") == outcome(theirs, "limits")


@pytest.mark.parametrize("name", ["resource", "variant"])
def test_dtype_without_numpy_type_says_so(name):
    with pytest.raises(TypeError, match="no corresponding NumPy type"):
        getattr(as_dtype(name), "as_numpy_dtype")  # noqa: B009


@pytest.mark.parametrize("name", NAMES)
def test_dtype_copies_and_pickles_to_itself(name):
    dtype = as_dtype(name)
    assert pickle.loads(pickle.dumps(dtype)) is dtype
    assert copy.deepcopy(dtype) is copy.copy(dtype) is dtype
    assert dtypes.DType(name) is dtype


def test_as_dtype_understands_what_tensorflow_does(assert_same_outcomes):
    table = """
        as_dtype('foo')
        as_dtype('float')
        as_dtype('double')
        as_dtype('half')
        as_dtype('int')
        as_dtype('bool')
        as_dtype('str')
        as_dtype('f4')
        as_dtype('bfloat16')
        as_dtype(7)
        as_dtype(1)
        as_dtype(0)
        as_dtype(None)
        as_dtype(1.5)
        as_dtype([1])
        as_dtype(float)
        as_dtype(int)
        as_dtype(bool)
        as_dtype(complex)
        as_dtype(str)
        as_dtype(bytes)
        as_dtype(object)
        as_dtype(list)
        as_dtype(np.float32)
        as_dtype(np.str_)
        as_dtype(np.bytes_)
        as_dtype(np.object_)
        as_dtype(np.longlong)
        as_dtype(np.ulonglong)
        as_dtype(np.intc)
        as_dtype(np.longdouble)
        as_dtype(np.floating)
        as_dtype(np.datetime64)
        as_dtype(np.dtype('>f4'))
        as_dtype(np.dtype('S3'))
        as_dtype(np.dtype('U3'))
        as_dtype(np.dtype('O'))
        as_dtype(np.dtype('M8[s]'))
        as_dtype(np.dtype('V4'))
        as_dtype(np.dtype([('a', 'i4')]))
        as_dtype(np.array(1.0))
        f == 'float32'
        f == 'float64'
        f == 'foo'
        f == np.float32
        f == np.dtype('float32')
        f == float
        f == int
        f == 7
        f == 1
        f == None
        f != None
        f != 'float32'
        f == [1]
        f.is_compatible_with('float32')
        f.is_compatible_with('int32')
        f.is_compatible_with('foo')
        f < f
    """
    ours = {"as_dtype": as_dtype, "f": dtypes.float32}
    assert_same_outcomes(table, ours, {"as_dtype": tensorflow.as_dtype, "f": tensorflow.float32})


def test_dtype_is_hashed_by_identity():
    assert hash(dtypes.float32) == object.__hash__(dtypes.float32)
    assert dtypes.float32 in dtypes.FLOATS
    assert dtypes.int32 not in dtypes.FLOATS


@pytest.mark.parametrize("name", sorted(dtype.name for dtype in dtypes.NUMBERS))
def test_array_dtype_leads_back_to_dtype(name):
    dtype = as_dtype(name)
    assert from_array_dtype(dtype.array_dtype) is dtype
    assert from_array_dtype(np.zeros(2, dtype.as_numpy_dtype).dtype) is dtype
    assert as_dtype(dtype.as_numpy_dtype) is dtype


@pytest.mark.parametrize("code, dtype", [(">i4", dtypes.int32), ("S7", dtypes.string), ("U2", dtypes.string)])
def test_from_array_dtype_knows_variants(code, dtype):
    assert from_array_dtype(np.dtype(code)) is dtype
    assert from_array_dtype(np.dtype(code)) is dtype  # the second time from the table


def test_from_array_dtype_refuses_what_tensors_cannot_hold():
    with pytest.raises(TypeError, match="M8"):
        from_array_dtype(np.dtype("M8[s]"))


def test_constraint_sets_nest():
    assert dtypes.FLOATS < dtypes.FLOATS_AND_COMPLEX < dtypes.NUMBERS < dtypes.ALL
    assert dtypes.REALS == dtypes.INTEGERS | dtypes.FLOATS
    assert {dtypes.bool, dtypes.string} <= dtypes.ALL - dtypes.NUMBERS
