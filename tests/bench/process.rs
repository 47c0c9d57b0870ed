//! What processes use: processor time and memory, as the kernel counts them.

use std::{fs, time::Duration};

use sqlx::PgPool;

/// The kernel's clock ticks are hundredths of a second on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// The fields of a process's `stat` after its name, the state first.
fn stat(id: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    Some(fields.split(' ').map(str::to_owned).collect())
}

fn number(fields: &[String], at: usize) -> u32 {
    fields.get(at).and_then(|field| field.parse().ok()).unwrap_or_default()
}

/// Processor time that a process has used so far.
pub(crate) fn cpu(id: u32) -> Duration {
    stat(id).map_or(Duration::ZERO, |fields| TICK * (number(&fields, 11) + number(&fields, 12)))
}

/// The same with all of its children, the ended ones included.
fn cpu_of_family(id: u32) -> Duration {
    let own = stat(id).map_or(Duration::ZERO, |fields| TICK * (11..15).map(|at| number(&fields, at)).sum());
    let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let children = processes.filter(|child| stat(*child).is_some_and(|fields| number(&fields, 1) == id));
    own + children.map(cpu).sum::<Duration>()
}

/// Processor time that the Postgres of this database has used so far.
pub(crate) async fn cpu_of_postgres(pool: &PgPool) -> Duration {
    let backend = sqlx::query_scalar::<_, i32>("SELECT pg_backend_pid()").fetch_one(pool).await.unwrap();
    let fields = stat(u32::try_from(backend).unwrap()).unwrap();
    cpu_of_family(number(&fields, 1))
}

/// Memory that a process holds, in MB.
pub(crate) fn memory(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1024
}

/// The share of one core that was used in this time.
pub(crate) fn share(used: Duration, time: Duration) -> String {
    format!("{:.1} %", used.as_secs_f64() / time.as_secs_f64() * 100.0)
}
