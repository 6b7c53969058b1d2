from tapeflow.function import eager_kernels  # noqa: F401 (eager calls on large arrays ask it)
