"""The text of the runtime behind `threads`, in LLVM's language: workers, the ticket, sleeping and waking.

Functions: `tapeflow_parallel`; `tapeflow_defer` and `finish`, see `threads`; `forget`, the state of a process without
workers; `threads`, the address of the wanted number of threads (i32); `processors`, that of the mask of processors that
workers may use (128 bytes).
"""

from tapeflow.compiler.thread_machine import ANYWHERE, ARM, OTHER_MACHINE, PLACED, X86

MOST = 256
"""The largest number of threads."""
_SPINS = 4000
"""How often a thread looks for work, or for the end of work, before it sleeps: some 50 to 150 microseconds."""
_MOST_VALUES = 1024
"""The most values of a rest that is left to a worker."""
_PIECES = 4
"""Pieces for each thread: enough that a thread which the system holds up leaves work for the others."""

POSIX = (
    "pthread_create",
    "pthread_detach",
    "pthread_mutex_init",
    "pthread_mutex_lock",
    "pthread_mutex_unlock",
    "pthread_cond_init",
    "pthread_cond_wait",
    "pthread_cond_signal",
    "pthread_cond_broadcast",
    "pthread_sigmask",
    "sigfillset",
    "sched_yield",
)
PLACING = ("sched_getcpu", "pthread_setaffinity_np")

_STRAIGHT = """
straight:
  %some = icmp sgt i64 %count, 0
  br i1 %some, label %alone, label %none

alone:
  call void %body(ptr %context, i64 0, i64 %count)
  ret void

none:
  ret void
}}
"""

_SERIAL = (
    """
target triple = "{triple}"

@wanted = internal global i32 1, align 64

define void @tapeflow_parallel(ptr %body, ptr %context, i64 %count, i64 %grain) {{
  br label %straight
"""
    + _STRAIGHT
    + """
define void @tapeflow_defer(ptr %entry, ptr %values, i64 %count) {{
  call void %entry(ptr %values)
  ret void
}}

define void @finish() {{
  ret void
}}

define void @forget() {{
  ret void
}}

define ptr @threads() {{
  ret ptr @wanted
}}

define ptr @processors() {{
  ret ptr null
}}
"""
)

_POOL = (
    """
target triple = "{triple}"

@ticket = internal global i64 0, align 64
@pending = internal global i64 0, align 64
@busy = internal global i32 0, align 64
@sleepers = internal global i32 0, align 64
@waiting = internal global i32 0, align 64
@wanted = internal global i32 1, align 64
@started = internal global i32 0, align 4
@body = internal global ptr null, align 64
@context = internal global ptr null, align 8
@count = internal global i64 0, align 8
@piece = internal global i64 0, align 8
@pieces = internal global i64 0, align 8
@mode = internal global i64 0, align 8
@rest_state = internal global i32 0, align 64
@rest_entry = internal global ptr null, align 64
@rest_mode = internal global i64 0, align 8
@rest_values = internal global [{most_values} x ptr] zeroinitializer, align 64
@mutex = internal global [128 x i8] zeroinitializer, align 64
@wake = internal global [128 x i8] zeroinitializer, align 64
@done = internal global [128 x i8] zeroinitializer, align 64
@threads_of = internal global [{most} x ptr] zeroinitializer, align 64
@place_of = internal global [{most} x [16 x i32]] zeroinitializer, align 64
@allowed = internal global [128 x i8] zeroinitializer, align 64

declare i32 @pthread_create(ptr, ptr, ptr, ptr)
declare i32 @pthread_detach(ptr)
declare i32 @pthread_mutex_init(ptr, ptr)
declare i32 @pthread_mutex_lock(ptr)
declare i32 @pthread_mutex_unlock(ptr)
declare i32 @pthread_cond_init(ptr, ptr)
declare i32 @pthread_cond_wait(ptr, ptr)
declare i32 @pthread_cond_signal(ptr)
declare i32 @pthread_cond_broadcast(ptr)
declare i32 @pthread_sigmask(i32, ptr, ptr)
declare i32 @sigfillset(ptr)
declare i32 @sched_yield()
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)

{machine}
{placing}

define ptr @threads() {{
  ret ptr @wanted
}}

define ptr @processors() {{
  ret ptr @allowed
}}

; The state of a process without workers; for the start, and for a forked child.
define void @forget() {{
  store atomic i64 0, ptr @ticket seq_cst, align 8
  store atomic i64 0, ptr @pending seq_cst, align 8
  store atomic i32 0, ptr @sleepers seq_cst, align 4
  store atomic i32 0, ptr @waiting seq_cst, align 4
  store atomic i32 0, ptr @started seq_cst, align 4
  store atomic i32 0, ptr @rest_state seq_cst, align 4
  %mutex = call i32 @pthread_mutex_init(ptr @mutex, ptr null)
  %wake = call i32 @pthread_cond_init(ptr @wake, ptr null)
  %done = call i32 @pthread_cond_init(ptr @done, ptr null)
  store atomic i32 0, ptr @busy seq_cst, align 4
  ret void
}}

; Takes pieces of the job, if there is one, until none is left.
define internal void @work() {{
entry:
  br label %look

look:
  %seen = load atomic i64, ptr @ticket acquire, align 8
  %left = and i64 %seen, 16777215
  %nothing = icmp eq i64 %left, 0
  br i1 %nothing, label %finished, label %take

take:
  %body = load atomic ptr, ptr @body monotonic, align 8
  %context = load atomic ptr, ptr @context monotonic, align 8
  %count = load atomic i64, ptr @count monotonic, align 8
  %piece = load atomic i64, ptr @piece monotonic, align 8
  %pieces = load atomic i64, ptr @pieces monotonic, align 8
  %mode = load atomic i64, ptr @mode monotonic, align 8
  %fewer = sub i64 %seen, 1
  %exchange = cmpxchg ptr @ticket, i64 %seen, i64 %fewer seq_cst seq_cst
  %mine = extractvalue {{ i64, i1 }} %exchange, 1
  br i1 %mine, label %run, label %look

run:
  call void @set_mode(i64 %mode)
  %position = sub i64 %pieces, %left
  %begin = mul i64 %position, %piece
  %next = add i64 %begin, %piece
  %inside = icmp slt i64 %next, %count
  %end = select i1 %inside, i64 %next, i64 %count
  call void %body(ptr %context, i64 %begin, i64 %end)
  %before = atomicrmw sub ptr @pending, i64 1 seq_cst
  %last = icmp eq i64 %before, 1
  br i1 %last, label %tell, label %look

tell:
  %waits = load atomic i32, ptr @waiting seq_cst, align 4
  %asleep = icmp ne i32 %waits, 0
  br i1 %asleep, label %signal, label %finished

signal:
  %lock = call i32 @pthread_mutex_lock(ptr @mutex)
  %signalled = call i32 @pthread_cond_signal(ptr @done)
  %unlock = call i32 @pthread_mutex_unlock(ptr @mutex)
  br label %finished

finished:
  ret void
}}

; Whether there are pieces to take for a worker; those beyond the wanted number take none.
define internal i1 @calls(i32 %index) {{
  %wanted = load atomic i32, ptr @wanted monotonic, align 4
  %helpers = sub i32 %wanted, 1
  %active = icmp slt i32 %index, %helpers
  %seen = load atomic i64, ptr @ticket seq_cst, align 8
  %left = and i64 %seen, 16777215
  %some = icmp ne i64 %left, 0
  %rest = load atomic i32, ptr @rest_state seq_cst, align 4
  %waits = icmp eq i32 %rest, 1
  %any = or i1 %some, %waits
  %both = and i1 %active, %any
  ret i1 %both
}}

; Runs the rest that has been left to whoever comes, if there is one that nobody has begun.
define internal void @take_rest() {{
entry:
  %seen = load atomic i32, ptr @rest_state acquire, align 4
  %waits = icmp eq i32 %seen, 1
  br i1 %waits, label %take, label %finished

take:
  %exchange = cmpxchg ptr @rest_state, i32 1, i32 2 seq_cst seq_cst
  %mine = extractvalue {{ i32, i1 }} %exchange, 1
  br i1 %mine, label %run, label %finished

run:
  %mode = load atomic i64, ptr @rest_mode monotonic, align 8
  call void @set_mode(i64 %mode)
  %entry_of = load atomic ptr, ptr @rest_entry monotonic, align 8
  call void %entry_of(ptr @rest_values)
  store atomic i32 0, ptr @rest_state seq_cst, align 4
  br label %finished

finished:
  ret void
}}

; Leaves `entry(values)` to a worker, if there are any; else it is called here. One rest at a time.
define void @tapeflow_defer(ptr %entry_of, ptr %values, i64 %count) {{
entry:
  %wanted = load atomic i32, ptr @wanted monotonic, align 4
  %several = icmp sgt i32 %wanted, 1
  %started = load atomic i32, ptr @started monotonic, align 4
  %there = icmp sgt i32 %started, 0
  %fits = icmp sle i64 %count, {most_values}
  %state = load atomic i32, ptr @rest_state acquire, align 4
  %free = icmp eq i32 %state, 0
  %can1 = and i1 %several, %there
  %can2 = and i1 %fits, %free
  %can = and i1 %can1, %can2
  br i1 %can, label %leave, label %here

here:
  call void %entry_of(ptr %values)
  ret void

leave:
  %bytes = mul i64 %count, 8
  call void @llvm.memcpy.p0.p0.i64(ptr @rest_values, ptr %values, i64 %bytes, i1 false)
  store atomic ptr %entry_of, ptr @rest_entry monotonic, align 8
  %mode = call i64 @get_mode()
  store atomic i64 %mode, ptr @rest_mode monotonic, align 8
  store atomic i32 1, ptr @rest_state seq_cst, align 4
  %sleepers = load atomic i32, ptr @sleepers seq_cst, align 4
  %asleep = icmp ne i32 %sleepers, 0
  br i1 %asleep, label %rouse, label %left

rouse:
  %lock = call i32 @pthread_mutex_lock(ptr @mutex)
  %woken = call i32 @pthread_cond_broadcast(ptr @wake)
  %unlock = call i32 @pthread_mutex_unlock(ptr @mutex)
  br label %left

left:
  ret void
}}

; Comes back when the rest is done, and helps with it.
define void @finish() {{
entry:
  %mode = call i64 @get_mode()
  br label %look

look:
  %looks = phi i32 [ 0, %entry ], [ %more, %onward ]
  %state = load atomic i32, ptr @rest_state acquire, align 4
  %over = icmp eq i32 %state, 0
  br i1 %over, label %finished, label %help

help:
  call void @take_rest()
  call void @work()
  call void @pause()
  %more = add i32 %looks, 1
  %patient = icmp slt i32 %more, {spins}
  br i1 %patient, label %onward, label %yield

yield:
  %yielded = call i32 @sched_yield()
  br label %onward

onward:
  br label %look

finished:
  call void @set_mode(i64 %mode)
  ret void
}}

define internal ptr @worker(ptr %argument) {{
entry:
  %wide = ptrtoint ptr %argument to i64
  %index = trunc i64 %wide to i32
  br label %again

again:
  br label %spin

spin:
  %spins = phi i32 [ 0, %again ], [ %more, %idle ]
  call void @note_place(i32 %index)
  %found = call i1 @calls(i32 %index)
  br i1 %found, label %help, label %idle

help:
  call void @take_rest()
  call void @work()
  br label %again

idle:
  call void @pause()
  %more = add i32 %spins, 1
  %patient = icmp slt i32 %more, {spins}
  br i1 %patient, label %spin, label %park

park:
  %lock = call i32 @pthread_mutex_lock(ptr @mutex)
  %sleeping = atomicrmw add ptr @sleepers, i32 1 seq_cst
  br label %check

check:
  %called = call i1 @calls(i32 %index)
  br i1 %called, label %rise, label %sleep

sleep:
  %slept = call i32 @pthread_cond_wait(ptr @wake, ptr @mutex)
  br label %check

rise:
  %woken = atomicrmw sub ptr @sleepers, i32 1 seq_cst
  %unlock = call i32 @pthread_mutex_unlock(ptr @mutex)
  br label %again
}}

; Starts workers until there are as many as wanted, or as the system gives. Signals stay with Python's threads.
define internal void @start(i32 %helpers) {{
entry:
  %all = alloca [128 x i8], align 16
  %kept = alloca [128 x i8], align 16
  %filled = call i32 @sigfillset(ptr %all)
  %masked = call i32 @pthread_sigmask(i32 {set_mask}, ptr %all, ptr %kept)
  %first = load atomic i32, ptr @started monotonic, align 4
  br label %test

test:
  %number = phi i32 [ %first, %entry ], [ %next, %one ]
  %enough = icmp sge i32 %number, %helpers
  br i1 %enough, label %finished, label %create

create:
  %wide = zext i32 %number to i64
  %argument = inttoptr i64 %wide to ptr
  %slot = getelementptr [{most} x ptr], ptr @threads_of, i64 0, i64 %wide
  %place = getelementptr [{most} x [16 x i32]], ptr @place_of, i64 0, i64 %wide, i64 0
  store atomic i32 -1, ptr %place monotonic, align 4
  %failed = call i32 @pthread_create(ptr %slot, ptr null, ptr @worker, ptr %argument)
  %good = icmp eq i32 %failed, 0
  br i1 %good, label %one, label %refused

one:
  %thread = load ptr, ptr %slot
  %detached = call i32 @pthread_detach(ptr %thread)
  %next = add i32 %number, 1
  store atomic i32 %next, ptr @started monotonic, align 4
  br label %test

refused:
  %fewer = add i32 %number, 1
  store atomic i32 %fewer, ptr @wanted monotonic, align 4
  br label %finished

finished:
  %restored = call i32 @pthread_sigmask(i32 {set_mask}, ptr %kept, ptr null)
  ret void
}}

define internal void @await() {{
entry:
  br label %spin

spin:
  %spins = phi i32 [ 0, %entry ], [ %more, %idle ]
  %pending = load atomic i64, ptr @pending acquire, align 8
  %over = icmp eq i64 %pending, 0
  br i1 %over, label %finished, label %idle

idle:
  call void @pause()
  %more = add i32 %spins, 1
  %patient = icmp slt i32 %more, {spins}
  br i1 %patient, label %spin, label %park

park:
  %lock = call i32 @pthread_mutex_lock(ptr @mutex)
  store atomic i32 1, ptr @waiting seq_cst, align 4
  br label %check

check:
  %still = load atomic i64, ptr @pending seq_cst, align 8
  %complete = icmp eq i64 %still, 0
  br i1 %complete, label %rise, label %sleep

sleep:
  %slept = call i32 @pthread_cond_wait(ptr @done, ptr @mutex)
  br label %check

rise:
  store atomic i32 0, ptr @waiting seq_cst, align 4
  %unlock = call i32 @pthread_mutex_unlock(ptr @mutex)
  br label %finished

finished:
  ret void
}}

define void @tapeflow_parallel(ptr %body, ptr %context, i64 %count, i64 %grain) {{
entry:
  %positive = icmp sgt i64 %grain, 1
  %unit = select i1 %positive, i64 %grain, i64 1
  %small = icmp sle i64 %count, %unit
  %wanted = load atomic i32, ptr @wanted monotonic, align 4
  %single = icmp sle i32 %wanted, 1
  %serial = or i1 %small, %single
  br i1 %serial, label %straight, label %try

try:
  %exchange = cmpxchg ptr @busy, i32 0, i32 1 acquire monotonic
  %mine = extractvalue {{ i32, i1 }} %exchange, 1
  br i1 %mine, label %have, label %straight

have:
  %helpers = sub i32 %wanted, 1
  %started = load atomic i32, ptr @started monotonic, align 4
  %short = icmp slt i32 %started, %helpers
  br i1 %short, label %begin, label %share

begin:
  call void @start(i32 %helpers)
  br label %share

share:
  %there = load atomic i32, ptr @started monotonic, align 4
  %with_me = add i32 %there, 1
  %all_there = icmp sle i32 %wanted, %with_me
  %threads32 = select i1 %all_there, i32 %wanted, i32 %with_me
  %threads = zext i32 %threads32 to i64
  %most = mul i64 %threads, {pieces}
  %count_up = add i64 %count, %unit
  %count_up1 = sub i64 %count_up, 1
  %units = udiv i64 %count_up1, %unit
  %units_up = add i64 %units, %most
  %units_up1 = sub i64 %units_up, 1
  %each = udiv i64 %units_up1, %most
  %piece = mul i64 %each, %unit
  %pieces_up = add i64 %units, %each
  %pieces_up1 = sub i64 %pieces_up, 1
  %pieces = udiv i64 %pieces_up1, %each
  store atomic ptr %body, ptr @body monotonic, align 8
  store atomic ptr %context, ptr @context monotonic, align 8
  store atomic i64 %count, ptr @count monotonic, align 8
  store atomic i64 %piece, ptr @piece monotonic, align 8
  store atomic i64 %pieces, ptr @pieces monotonic, align 8
  %mode = call i64 @get_mode()
  store atomic i64 %mode, ptr @mode monotonic, align 8
  store atomic i64 %pieces, ptr @pending monotonic, align 8
  %rest = load atomic i32, ptr @rest_state monotonic, align 4
  %is_worker = icmp eq i32 %rest, 2
  br i1 %is_worker, label %publish, label %apart

apart:
  call void @part(i32 %threads32)
  br label %publish

publish:
  %old = load atomic i64, ptr @ticket monotonic, align 8
  %counted = add i64 %old, 16777216
  %new = or i64 %counted, %pieces
  store atomic i64 %new, ptr @ticket seq_cst, align 8
  %sleepers = load atomic i32, ptr @sleepers seq_cst, align 4
  %asleep = icmp ne i32 %sleepers, 0
  br i1 %asleep, label %rouse, label %go

rouse:
  %lock = call i32 @pthread_mutex_lock(ptr @mutex)
  %woken = call i32 @pthread_cond_broadcast(ptr @wake)
  %unlock = call i32 @pthread_mutex_unlock(ptr @mutex)
  br label %go

go:
  call void @work()
  call void @await()
  store atomic i32 0, ptr @busy release, align 4
  ret void
"""
    + _STRAIGHT
)


def text_of(target, missing, placed):
    """The module for a Target. missing: the system has no POSIX threads; placed: it says where threads run."""
    if missing:
        return _SERIAL.format(triple=target.triple)
    if target.is_x86:
        machine = X86
    else:
        machine = ARM if "aarch64" in target.triple or "arm64" in target.triple else OTHER_MACHINE
    return _POOL.format(
        triple=target.triple,
        most=MOST,
        machine=machine,
        placing=PLACED.format(most=MOST) if placed else ANYWHERE,
        spins=_SPINS,
        most_values=_MOST_VALUES,
        pieces=_PIECES,
        set_mask=3 if "darwin" in target.triple or "apple" in target.triple else 2,
    )
