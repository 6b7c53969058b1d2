"""The machine that code is generated for: this one, unless the environment variable TAPEFLOW_TARGET names another."""

import functools
import os


class Target:
    """cpu and features as LLVM names them; vector_bytes: of the widest registers; registers: how many there are.

    fma, f16c, scales: whether there are instructions that multiply and add, that convert halves, and that multiply by
    powers of 2.
    """

    def __init__(self, triple, cpu, features):
        self.triple = triple
        self.cpu = cpu
        self.features = features
        enabled = set(features.split(","))
        if "+avx512f" in enabled:
            self.vector_bytes, self.registers = 64, 32
        elif "+avx" in enabled:
            self.vector_bytes, self.registers = 32, 16
        else:
            self.vector_bytes, self.registers = 16, 32 if "aarch64" in triple else 16
        self.fma = "+fma" in enabled or "aarch64" in triple
        self.f16c = "+f16c" in enabled or "aarch64" in triple
        self.scales = "+avx512f" in enabled
        self.is_x86 = "x86_64" in triple

    def machine(self, effort=2):
        """A new LLVM target machine. effort: how hard it is to try, 0 to 3."""
        import llvmlite.binding as llvm

        return llvm.Target.from_triple(self.triple).create_target_machine(
            cpu=self.cpu, features=self.features, opt=effort, jit=True
        )


_LEVELS = {
    "x86-64": "",
    "x86-64-v2": "+sse4.2,+popcnt",
    "x86-64-v3": "+avx,+avx2,+fma,+bmi,+bmi2,+f16c",
    "x86-64-v4": "+avx,+avx2,+fma,+bmi,+bmi2,+f16c,+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl",
}


def processors():
    """How many processors the process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@functools.cache
def host():
    """The Target to generate code for.

    Raises ValueError if TAPEFLOW_TARGET names none of x86-64, x86-64-v2, x86-64-v3 and x86-64-v4.
    """
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    triple = llvm.get_default_triple()
    name = os.environ.get("TAPEFLOW_TARGET")
    if not name:
        return Target(triple, llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    if name not in _LEVELS:
        raise ValueError(f"TAPEFLOW_TARGET is {name!r}; it must be one of {', '.join(_LEVELS)}.")
    return Target(triple, name, _LEVELS[name])
