//! Heavy work: password hashing, on threads of its own and never on more than the machine has cores.
//!
//! Without the limit a burst of logins would hash on hundreds of threads and hold up everything else.

use std::sync::Arc;

use engine::Heavy;
use tokio::sync::Semaphore;

/// Does heavy work where it holds nobody up.
pub fn on_blocking_threads() -> Heavy {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let permits = Arc::new(Semaphore::new(cores));
    Arc::new(move |work| {
        let permits = permits.clone();
        Box::pin(async move {
            let _permit = permits.acquire_owned().await.expect("the semaphore is never closed");
            tokio::task::spawn_blocking(work).await.unwrap_or(false)
        })
    })
}
