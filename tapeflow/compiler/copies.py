"""Copies and zeros in generated code, and copies of images with zeros around them."""

import math

from tapeflow.compiler.places import at, declared, loop, size_of, times


def clear(builder, pointer, count):
    """Zeros in that many elements, an int."""
    from llvmlite import ir

    if count == 0:
        return
    i8, i64 = ir.IntType(8), ir.IntType(64)
    arguments = [i8.as_pointer(), i8, i64, ir.IntType(1)]
    function = declared(builder.module, "llvm.memset.p0.i64", ir.VoidType(), arguments)
    place = builder.bitcast(pointer, i8.as_pointer())
    size = count * size_of(pointer.type.pointee)
    builder.call(function, [place, ir.Constant(i8, 0), ir.Constant(i64, size), ir.Constant(ir.IntType(1), 0)])


def copy(builder, target, source, count):
    """Copies that many elements, an int."""
    from llvmlite import ir

    if count == 0:
        return
    i8, i64 = ir.IntType(8).as_pointer(), ir.IntType(64)
    function = declared(builder.module, "llvm.memcpy.p0.p0.i64", ir.VoidType(), [i8, i8, i64, ir.IntType(1)])
    size = ir.Constant(i64, count * size_of(target.type.pointee))
    places = [builder.bitcast(each, i8) for each in (target, source)]
    builder.call(function, [*places, size, ir.Constant(ir.IntType(1), 0)])


def copy_region(builder, target, source, region):
    """Copies the image at `source` to the Region at `target`."""

    def axis(position, target, source):
        start, size, there = region.starts[position], region.sizes[position], region.image[position]
        step = region.steps[position]
        image_step = math.prod(region.image[position + 1 :]) * region.channels
        lo, hi = min(max(start, 0), there), max(min(start + size, there), 0)
        count = max(hi - lo, 0)
        before = min(max(lo - start, 0), size) if count else size
        clear(builder, target, before * step)
        inside, source = at(builder, target, before * step), at(builder, source, lo * image_step)
        if position == len(region.sizes) - 1:
            copy(builder, inside, source, count * step)
        else:

            def row(k):
                axis(
                    position + 1,
                    at(builder, inside, times(builder, k, step)),
                    at(builder, source, times(builder, k, image_step)),
                )

            loop(builder, count, row)
        clear(builder, at(builder, target, (before + count) * step), (size - before - count) * step)

    axis(0, target, source)
