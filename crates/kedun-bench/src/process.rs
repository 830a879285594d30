//! What a process uses, as the kernel counts it.

use std::fs;

use anyhow::Context as _;

/// Ticks of the kernel's accounting in a second; fixed on Linux for what `/proc` shows.
const TICKS_PER_SECOND: u64 = 100;

/// The processor time of a process and all its threads, in milliseconds, to 10 ms.
///
/// # Errors
/// When it is gone.
pub fn cpu_millis(pid: u32) -> anyhow::Result<u64> {
    let stat = stat(pid)?;
    // After the name: state, ppid, … utime is the 12th, stime the 13th.
    let ticks: u64 = [11, 12].iter().filter_map(|n| stat.get(*n)?.parse::<u64>().ok()).sum();
    Ok(ticks * 1_000 / TICKS_PER_SECOND)
}

/// The same for a process and its children, living and ended (a PostgreSQL server and its backends).
///
/// # Errors
/// When it is gone.
pub fn cpu_millis_with_children(pid: u32) -> anyhow::Result<u64> {
    let own = stat(pid)?;
    let ended: u64 = [13, 14].iter().filter_map(|n| own.get(*n)?.parse::<u64>().ok()).sum();
    let mut all = cpu_millis(pid)? + ended * 1_000 / TICKS_PER_SECOND;
    for child in children(pid)? {
        // A child that ends meanwhile is counted with the ended ones at the next look.
        all += cpu_millis(child).unwrap_or(0);
    }
    Ok(all)
}

/// The processes whose parent is `pid`.
///
/// # Errors
/// When `/proc` cannot be read.
pub fn children(pid: u32) -> anyhow::Result<Vec<u32>> {
    let parent = pid.to_string();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        if stat(id).is_ok_and(|s| s.get(1).is_some_and(|p| *p == parent)) {
            found.push(id);
        }
    }
    Ok(found)
}

/// Resident memory now and at its highest, in KiB.
///
/// # Errors
/// When it is gone.
pub fn resident_kib(pid: u32) -> anyhow::Result<(u64, u64)> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let value = |name: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok())
            .unwrap_or(0)
    };
    Ok((value("VmRSS:"), value("VmHWM:")))
}

/// Bytes of the files below a directory.
///
/// # Errors
/// When it cannot be read.
pub fn bytes_below(dir: &std::path::Path) -> anyhow::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let kind = entry.metadata()?;
        sum += if kind.is_dir() { bytes_below(&entry.path())? } else { kind.len() };
    }
    Ok(sum)
}

/// The machine in words: cores, processor, memory, load.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let model = info
        .lines()
        .find_map(|l| l.strip_prefix("model name"))
        .map_or("unknown processor", |l| l.trim_start_matches([' ', '\t', ':']));
    let memory = read("/proc/meminfo");
    let kib = memory
        .lines()
        .find_map(|l| l.strip_prefix("MemTotal:"))
        .and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok())
        .unwrap_or(0);
    let load = read("/proc/loadavg");
    let load: Vec<&str> = load.split(' ').take(1).collect();
    format!("{cores} cores, {model}, {} GiB of memory, load {} before the run", kib >> 20, load.join(" "))
}

/// The fields of `/proc/<pid>/stat` after the name.
fn stat(pid: u32) -> anyhow::Result<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, rest) = text.rsplit_once(')').context("an unexpected line in /proc")?;
    Ok(rest.split_whitespace().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_time_and_memory_are_seen() {
        let pid = std::process::id();
        let (now, peak) = resident_kib(pid).expect("memory");
        assert!(now > 0 && peak >= now);
        let before = cpu_millis(pid).expect("time");
        let mut n = 0_u64;
        let begun = std::time::Instant::now();
        while begun.elapsed().as_millis() < 100 {
            n = n.wrapping_mul(31).wrapping_add(1);
        }
        assert!(cpu_millis(pid).expect("time") > before, "{n}");
    }
}
