//! How a figure is told.

use std::time::{Duration, Instant};

/// How busy the machine is: the mean number of processes that want to run, over one, five and fifteen minutes.
pub fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

pub fn timed(work: impl FnOnce()) -> Duration {
    let from = Instant::now();
    work();
    from.elapsed()
}

pub fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() / 2]
}

/// One line: what was measured, its median, fastest and slowest.
pub fn tell(what: &str, times: &[Duration]) {
    let (least, most) = (times.iter().min().unwrap(), times.iter().max().unwrap());
    println!("  {what}: {} ({} to {}, {} runs)", say(median(times)), say(*least), say(*most), times.len());
}

pub fn tell_ratio(what: &str, of: &[Duration], to: &[Duration]) {
    println!("  {what}: {:.2}", median(of).as_secs_f64() / median(to).as_secs_f64());
}

fn say(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds >= 1.0 => format!("{seconds:.2} s"),
        seconds if seconds >= 0.001 => format!("{:.2} ms", seconds * 1e3),
        seconds => format!("{:.1} µs", seconds * 1e6),
    }
}

/// Time of the processor that ended children have used, whatever else the machine is doing; counted in hundredths of a second.
pub fn processor_time_of_children() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    // Behind the program's name in brackets; proc_pid_stat(5): fields 16 and 17, `cutime` and `cstime`.
    let fields: Vec<&str> = text.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = fields[13..15].iter().map(|field| field.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}
