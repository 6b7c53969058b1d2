"""From LLVM text to object code, on several threads.

llvmlite lets one thread at a time into LLVM. LLVM itself lets as many in as come, if no two of them use the same
context or target machine. So every module here has a context of its own, and the one call that takes long goes round
llvmlite's lock, by the library's own entry point; where that cannot be had, llvmlite's method does the same.
"""

import ctypes
import functools
import threading

from tapeflow.compiler.parts import split
from tapeflow.compiler.target import host, processors
from tapeflow.core.threads import apart

_MOST_PARTS = 8


def compiled(texts, effort=2):
    """The object codes, as bytes, of modules that call each other and must be loaded together; effort: see `Code`.

    texts: the modules as they come, or one, which is cut into parts.
    """
    if isinstance(texts, str):
        texts = split(texts, min(processors(), _MOST_PARTS))
        if len(texts) == 1:
            return [_compiled_part(texts[0], effort)]
    parts = []
    try:
        for each in texts:
            parts.append(_Part(each, effort))
    finally:
        for each in parts:
            if each.is_alive():
                each.join()
    return [each.result() for each in parts]


class _Part(threading.Thread):
    """Compiles a module, in a thread of its own if the system gives one."""

    def __init__(self, text, effort):
        super().__init__(name="tapeflow-compiler", daemon=False)
        self._work = functools.partial(_compiled_part, text, effort)
        self._code = self._error = None
        try:
            self.start()
        except RuntimeError:
            self.run()

    def run(self):
        with apart():
            try:
                self._code = self._work()
            except Exception as error:  # of whatever kind: `result` raises it in the thread that waits
                self._error = error

    def result(self):
        """The object code; raises what has been raised."""
        if self._error is not None:
            raise self._error
        return self._code


def _compiled_part(text, effort):
    import llvmlite.binding as llvm

    with llvm.parse_assembly(text, llvm.create_context()) as module:
        machine = host().machine(effort)
        tidy(module, machine)
        return emitted(module, machine)


def tidy(module, machine):
    """The passes that the emitters rely on: functions marked so are put in place, local variables become registers."""
    import llvmlite.binding as llvm

    passes = llvm.create_new_module_pass_manager()
    passes.add_always_inliner_pass()
    passes.add_sroa_pass()
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=1))
    passes.run(module, builder)


def emitted(module, machine):
    """The object code of a module, whose context no other thread may use meanwhile."""
    from llvmlite.binding import ffi

    emit = _emit()
    if emit is None:
        return machine.emit_object(module)
    with ffi.OutputString() as error:
        buffer = emit(machine, module, 1, error)
        if not buffer:
            raise RuntimeError(f"LLVM could not write the object code: {error}")
    try:
        start, size = ffi.lib.LLVMPY_GetBufferStart(buffer), ffi.lib.LLVMPY_GetBufferSize(buffer)
        return ctypes.string_at(start, size)
    finally:
        ffi.lib.LLVMPY_DisposeMemoryBuffer(buffer)


@functools.cache
def _emit():
    """The library's function as it is, without the lock of llvmlite's; None if llvmlite is made in another way."""
    from llvmlite.binding import ffi

    try:
        known = ffi.lib.LLVMPY_TargetMachineEmitToMemory
        found = ctypes.CDLL(ffi.lib._name, handle=ffi.lib._handle).LLVMPY_TargetMachineEmitToMemory
        found.argtypes, found.restype = known.argtypes, known.restype
    except AttributeError:
        return None
    return found if len(found.argtypes or ()) == 4 else None
