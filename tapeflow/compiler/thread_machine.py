"""What the runtime behind `threads` says differently from machine to machine, in LLVM's language.

Functions: `pause`, for loops that wait; `get_mode` and `set_mode` of floating-point arithmetic; `note_place` and
`part`, which keep workers off the caller's processor where the system says what runs where.
"""

X86 = """
declare void @llvm.x86.sse2.pause()
declare void @llvm.x86.sse.stmxcsr(ptr)
declare void @llvm.x86.sse.ldmxcsr(ptr)

define internal void @pause() alwaysinline {
  call void @llvm.x86.sse2.pause()
  ret void
}

define internal i64 @get_mode() {
  %slot = alloca i32
  call void @llvm.x86.sse.stmxcsr(ptr %slot)
  %mode = load i32, ptr %slot
  %wide = zext i32 %mode to i64
  ret i64 %wide
}

define internal void @set_mode(i64 %mode) {
  %slot = alloca i32
  %narrow = trunc i64 %mode to i32
  store i32 %narrow, ptr %slot
  call void @llvm.x86.sse.ldmxcsr(ptr %slot)
  ret void
}
"""
ARM = """
declare void @llvm.aarch64.hint(i32)
declare i64 @llvm.aarch64.get.fpcr()
declare void @llvm.aarch64.set.fpcr(i64)

define internal void @pause() alwaysinline {
  call void @llvm.aarch64.hint(i32 1)
  ret void
}

define internal i64 @get_mode() {
  %mode = call i64 @llvm.aarch64.get.fpcr()
  ret i64 %mode
}

define internal void @set_mode(i64 %mode) {
  call void @llvm.aarch64.set.fpcr(i64 %mode)
  ret void
}
"""
OTHER_MACHINE = """
define internal void @pause() {
  ret void
}

define internal i64 @get_mode() {
  ret i64 0
}

define internal void @set_mode(i64 %mode) {
  ret void
}
"""

PLACED = """
declare i32 @sched_getcpu()
declare i32 @pthread_setaffinity_np(ptr, i64, ptr)

; A worker says where it runs; written only when that changes, so that the caller reads its own copy.
define internal void @note_place(i32 %index) {{
entry:
  %wide = zext i32 %index to i64
  %slot = getelementptr [{most} x [16 x i32]], ptr @place_of, i64 0, i64 %wide, i64 0
  %known = load atomic i32, ptr %slot monotonic, align 4
  %place = call i32 @sched_getcpu()
  %same = icmp eq i32 %known, %place
  br i1 %same, label %finished, label %write

write:
  store atomic i32 %place, ptr %slot monotonic, align 4
  br label %finished

finished:
  ret void
}}

; Sends workers that are on the caller's processor to the others.
define internal void @part(i32 %threads) {{
entry:
  %mask = alloca [128 x i8], align 16
  %place = call i32 @sched_getcpu()
  %helpers = sub i32 %threads, 1
  %valid = icmp ult i32 %place, 1024
  br i1 %valid, label %test, label %finished

test:
  %index = phi i32 [ 0, %entry ], [ %next, %onward ]
  %over = icmp sge i32 %index, %helpers
  br i1 %over, label %finished, label %compare

compare:
  %wide = zext i32 %index to i64
  %slot = getelementptr [{most} x [16 x i32]], ptr @place_of, i64 0, i64 %wide, i64 0
  %known = load atomic i32, ptr %slot monotonic, align 4
  %conflict = icmp eq i32 %known, %place
  br i1 %conflict, label %move, label %onward

move:
  call void @llvm.memcpy.p0.p0.i64(ptr %mask, ptr @allowed, i64 128, i1 false)
  %byte = lshr i32 %place, 3
  %bit = and i32 %place, 7
  %bit8 = trunc i32 %bit to i8
  %only = shl i8 1, %bit8
  %others = xor i8 %only, -1
  %byte64 = zext i32 %byte to i64
  %at = getelementptr i8, ptr %mask, i64 %byte64
  %before = load i8, ptr %at
  %after = and i8 %before, %others
  store i8 %after, ptr %at
  %thread_slot = getelementptr [{most} x ptr], ptr @threads_of, i64 0, i64 %wide
  %thread = load ptr, ptr %thread_slot
  %moved = call i32 @pthread_setaffinity_np(ptr %thread, i64 128, ptr %mask)
  store atomic i32 -1, ptr %slot monotonic, align 4
  br label %onward

onward:
  %next = add i32 %index, 1
  br label %test

finished:
  ret void
}}

"""
ANYWHERE = """
define internal void @note_place(i32 %index) {
  ret void
}

define internal void @part(i32 %threads) {
  ret void
}
"""
