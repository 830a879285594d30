//! Driving a server with one operation over some connections, and what that cost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde::Serialize;

use super::Operation;
use crate::client::Endpoint;

/// How long answers are thrown away, so that caches are warm and connections are open.
const WARM_UP: Duration = Duration::from_secs(1);

/// What one operation cost at one number of connections.
#[derive(Debug, Clone, Serialize)]
pub struct Cost {
    pub connections: usize,
    pub requests: u64,
    pub per_second: f64,
    pub p50_ms: f64,
    pub p95_ms: f64,
    /// Processor time of server and database together for one request.
    pub cpu_ms: f64,
    /// The database's part of it, where it is a process of its own.
    pub database_ms: f64,
    /// The size of an answer's body.
    pub bytes: u64,
}

/// Reads the processor time of a server, and of its database, in milliseconds.
pub type Meter = Arc<dyn Fn() -> anyhow::Result<(u64, u64)> + Send + Sync>;

/// Sends requests over `connections` for `time` after the warm-up.
///
/// # Errors
/// When an answer has another status than the operation expects.
pub async fn drive(
    endpoint: &Endpoint,
    operation: &mut Operation,
    connections: usize,
    time: Duration,
    meter: &Meter,
) -> anyhow::Result<Cost> {
    let stop = Arc::new(AtomicBool::new(false));
    let count = Arc::new(AtomicBool::new(false));
    let mut workers = Vec::new();
    let rest = operation.scripts.split_off(connections.min(operation.scripts.len()));
    for mut script in std::mem::replace(&mut operation.scripts, rest) {
        let (stop, count) = (Arc::clone(&stop), Arc::clone(&count));
        let (cookie, expect, id) = (operation.cookie.clone(), operation.expect, operation.id);
        let mut connection = endpoint.connect().await?;
        workers.push(tokio::spawn(async move {
            let (mut taken, mut bytes) = (Vec::new(), 0_u64);
            while !stop.load(Ordering::Relaxed) {
                let ask = script();
                let counted = count.load(Ordering::Relaxed);
                let begun = Instant::now();
                let answer = connection.send(&ask, cookie.as_deref()).await?;
                if answer.status != expect {
                    let body = String::from_utf8_lossy(&answer.body).into_owned();
                    anyhow::bail!(
                        "operation {id}: {} {} answered {}: {body}",
                        ask.method,
                        ask.path,
                        answer.status
                    );
                }
                if counted {
                    taken.push(begun.elapsed());
                    bytes += u64::try_from(answer.body.len())?;
                }
            }
            anyhow::Ok((script, taken, bytes))
        }));
    }
    tokio::time::sleep(WARM_UP).await;
    let before = meter()?;
    let begun = Instant::now();
    count.store(true, Ordering::Relaxed);
    tokio::time::sleep(time).await;
    let after = meter()?;
    let elapsed = begun.elapsed();
    stop.store(true, Ordering::Relaxed);
    let (mut all, mut bytes, mut scripts) = (Vec::new(), 0, Vec::new());
    for worker in workers {
        let (script, taken, read) = worker.await??;
        scripts.push(script);
        all.extend(taken);
        bytes += read;
    }
    scripts.append(&mut operation.scripts);
    operation.scripts = scripts;
    all.sort_unstable();
    anyhow::ensure!(!all.is_empty(), "operation {}: no answer came", operation.id);
    let requests = u64::try_from(all.len())?;
    let n = per(requests);
    let cpu = |from: u64, to: u64| per(to.saturating_sub(from)) / n;
    let database_ms = cpu(before.1, after.1);
    Ok(Cost {
        connections,
        requests,
        per_second: n / elapsed.as_secs_f64(),
        p50_ms: quantile(&all, 50).context("no latency")?,
        p95_ms: quantile(&all, 95).context("no latency")?,
        cpu_ms: cpu(before.0, after.0) + database_ms,
        database_ms,
        bytes: bytes / requests,
    })
}

/// A count as a factor; counts of a run are far below 2^32.
pub fn per(n: u64) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

fn quantile(sorted: &[Duration], percent: usize) -> Option<f64> {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).map(|d| d.as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_sorted_answers() {
        let all: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(quantile(&all, 50), Some(51.0));
        assert_eq!(quantile(&all, 95), Some(96.0));
        assert_eq!(quantile(&[], 50), None);
    }
}
