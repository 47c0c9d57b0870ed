//! One budget for the whole process: however much peers send, only so much is decoded at a time, and never on a thread of the
//! runtime.

use tokio::sync::Semaphore;

/// Bytes of answers that are decoded at a time, whoever sent them: one answer of the greatest size. Decoding takes some ten times
/// as much memory.
const AT_ONCE: usize = 8 << 20;
/// The least that an answer counts for.
const LEAST: usize = 1 << 20;
/// An answer up to this size is decoded where it came in: that takes less than a millisecond.
const SMALL: usize = 64 << 10;

/// In units of [`LEAST`].
static ROOM: Semaphore = Semaphore::const_new(AT_ONCE / LEAST);

/// Does what takes time in proportion to so many bytes: at once where they are few, else on a thread of its own when there is room.
/// Nothing is waited for but other decoding, so that no slow peer takes the room.
pub async fn off_runtime<T: Send + 'static>(bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
    if bytes <= SMALL {
        return work();
    }
    let units = bytes.clamp(LEAST, AT_ONCE).div_ceil(LEAST);
    // The semaphore is never closed.
    let _room = ROOM.acquire_many(u32::try_from(units).unwrap_or(1)).await;
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime ends, and whoever waits with it.
            Err(_) => std::future::pending().await,
        },
    }
}
