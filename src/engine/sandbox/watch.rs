//! What the script threads of one run share: budgets, and the order to stop.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use rhai::{Dynamic, EvalAltResult, EvalContext, Position};
use rustix::time::{ClockId, clock_gettime};

use super::heap;
use super::limits::Limits;
use super::value_depth;

use crate::messages::script as messages;

/// Operations between two looks at the thread's CPU clock. A look is a system call, an operation takes 20 to 100 ns, but
/// one that copies a long array can take 100 ms.
const OPERATIONS_PER_LOOK: u64 = 64;

/// Growth of a thread's heap after which the depth of its values is measured again, in bytes. A level of nesting costs
/// at least 40 bytes, so no more than 105,000 levels come in between; the stack lasts for dropping 200,000.
const GROWTH_PER_MEASURE: isize = 4 << 20;

/// A script that grows by this much over that many operations without using a variable can't be measured (it works on
/// `this` alone) and is ended. In bytes.
const GROWTH_UNMEASURED: isize = 8 << 20;
const OPERATIONS_UNMEASURED: u64 = 10_000;

/// The budget that a script used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exhausted {
    /// More operations than [`Limits::operations_between_calls`].
    Operations,
    /// More memory than [`Limits::heap_bytes`].
    Heap,
    /// More CPU time than [`Limits::cpu_between_calls`].
    Cpu,
    /// Values nested deeper than [`Limits::value_depth`].
    Depth,
}

impl Exhausted {
    const ALL: [Exhausted; 4] = [Exhausted::Operations, Exhausted::Heap, Exhausted::Cpu, Exhausted::Depth];

    fn code(self) -> u8 {
        match self {
            Exhausted::Operations => 1,
            Exhausted::Heap => 2,
            Exhausted::Cpu => 3,
            Exhausted::Depth => 4,
        }
    }
}

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Exhausted::Operations => messages::the_script_ran_too_many_operations_without(),
            Exhausted::Heap => messages::the_script_holds_too_much_memory(),
            Exhausted::Cpu => messages::the_script_computed_for_too_long_without(),
            Exhausted::Depth => messages::the_script_nests_values_too_deeply_in_one(),
        })
    }
}

/// What the script threads of one run share.
///
/// A stop is sticky: a script can catch the error that ends it when a native function wrapped it, so every operation
/// after it fails again, until [`resume`](Watch::resume).
#[derive(Debug)]
pub struct Watch {
    limits: Limits,
    /// Tells the counters of one watch from those of another that used the same thread before.
    id: u64,
    stopped: AtomicBool,
    exhausted: AtomicU8,
    /// Bytes held when the run began, or when it was resumed.
    held_before: AtomicUsize,
    /// Raised by `resume`: threads start their budgets anew when they see it.
    generation: AtomicU64,
}

/// What one thread has used since its last host call.
#[derive(Clone, Copy)]
struct Used {
    watch: u64,
    generation: u64,
    operations: u64,
    /// The thread's CPU time at the first look after the call; a look at each call would cost 3 µs.
    cpu_at_call: Option<Duration>,
    /// The lowest growth of this thread's heap since the depth of its values was measured.
    held_at_measure: isize,
    /// Whether the depth of values is to be measured at the next use of a variable.
    measure: bool,
    /// Operations since that is due.
    unmeasured: u64,
}

thread_local! {
    static USED: Cell<Used> = const { Cell::new(Used {
        watch: 0,
        generation: 0,
        operations: 0,
        cpu_at_call: None,
        held_at_measure: 0,
        measure: false,
        unmeasured: 0,
    }) };
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

impl Watch {
    /// Starts to count. The heap budget is the growth from now on.
    pub fn new(limits: Limits) -> Arc<Watch> {
        Arc::new(Watch {
            limits,
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            stopped: AtomicBool::new(false),
            exhausted: AtomicU8::new(0),
            held_before: AtomicUsize::new(heap::held_bytes()),
            generation: AtomicU64::new(0),
        })
    }

    /// Returns the limits that are watched.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Renews the operations and the CPU time of the calling thread, because it made a host call. A stop stays.
    pub fn host_call(&self) {
        let used = self.used();
        USED.set(Used { operations: 0, cpu_at_call: None, ..used });
    }

    /// Orders every script thread to end at its next operation.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Lifts the stop and gives all budgets anew, so that registered closes can run. What was exhausted stays known.
    pub fn resume(&self) {
        self.held_before.store(heap::held_bytes(), Ordering::Relaxed);
        self.generation.fetch_add(1, Ordering::Relaxed);
        self.stopped.store(false, Ordering::Relaxed);
    }

    /// Does work whose memory the run keeps for itself, such as recording an entry: it does not count as the script's.
    pub fn not_the_scripts<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = heap::held_by_thread();
        let result = work();
        let grown = heap::held_by_thread().wrapping_sub(before);
        // Adding what is less than nothing takes it away.
        self.held_before.fetch_add(grown.cast_unsigned(), Ordering::Relaxed);
        result
    }

    /// Returns whether script threads end at their next operation, by an order or because a budget is used up.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Returns the budget that ran out first, if one did. Rhai's own error does not tell.
    pub fn exhausted(&self) -> Option<Exhausted> {
        let code = self.exhausted.load(Ordering::Relaxed);
        Exhausted::ALL.into_iter().find(|e| e.code() == code)
    }

    /// Counts one operation of the calling thread. Returns a value when the script has to end.
    pub(super) fn operation(&self) -> Option<Dynamic> {
        if self.is_stopped() {
            return Some(Dynamic::UNIT);
        }
        let mut used = self.used();
        used.operations += 1;
        let over = self.over(&mut used);
        USED.set(used);
        over.map(|what| self.exhaust(what))
    }

    fn over(&self, used: &mut Used) -> Option<Exhausted> {
        if used.operations > self.limits.operations_between_calls {
            return Some(Exhausted::Operations);
        }
        let grown = heap::held_bytes().saturating_sub(self.held_before.load(Ordering::Relaxed));
        if grown > self.limits.heap_bytes {
            return Some(Exhausted::Heap);
        }
        let held = heap::held_by_thread();
        used.held_at_measure = used.held_at_measure.min(held);
        let growth = held.saturating_sub(used.held_at_measure);
        used.measure |= growth > GROWTH_PER_MEASURE;
        if used.measure {
            used.unmeasured += 1;
            if growth > GROWTH_UNMEASURED && used.unmeasured > OPERATIONS_UNMEASURED {
                return Some(Exhausted::Depth);
            }
        }
        if used.operations.is_multiple_of(OPERATIONS_PER_LOOK) {
            let now = thread_cpu();
            let since = *used.cpu_at_call.get_or_insert(now);
            if now.saturating_sub(since) > self.limits.cpu_between_calls {
                return Some(Exhausted::Cpu);
            }
        }
        None
    }

    fn exhaust(&self, what: Exhausted) -> Dynamic {
        let _ = self.exhausted.compare_exchange(0, what.code(), Ordering::Relaxed, Ordering::Relaxed);
        self.stop();
        Dynamic::UNIT
    }

    /// Measures the values in scope when this thread's heap has grown much. Called at each use of a variable, the one
    /// place where Rhai shows the scope.
    ///
    /// # Errors
    ///
    /// `ErrorTerminated` when a value is nested too deeply.
    pub(super) fn measure(&self, context: &EvalContext) -> Result<(), Box<EvalAltResult>> {
        let used = USED.get();
        if !used.measure || used.watch != self.id {
            return Ok(());
        }
        USED.set(Used { measure: false, unmeasured: 0, held_at_measure: heap::held_by_thread(), ..used });
        let values = context.scope().iter_raw().map(|(_, _, value)| value).chain(context.this_ptr());
        if value_depth::all_within(self.limits.value_depth, values) {
            return Ok(());
        }
        Err(EvalAltResult::ErrorTerminated(self.exhaust(Exhausted::Depth), Position::NONE).into())
    }

    fn used(&self) -> Used {
        let used = USED.get();
        let generation = self.generation.load(Ordering::Relaxed);
        if used.watch == self.id && used.generation == generation {
            return used;
        }
        Used {
            watch: self.id,
            generation,
            operations: 0,
            cpu_at_call: None,
            held_at_measure: heap::held_by_thread(),
            measure: false,
            unmeasured: 0,
        }
    }
}

fn thread_cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}
