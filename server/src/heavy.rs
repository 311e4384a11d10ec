//! Heavy work: password hashing, on threads of its own, never on more than the machine has cores, in memory that is kept.
//!
//! Without the limit a burst of logins would hash on hundreds of threads and hold up everything else. Memory that was
//! allocated for each password would stay with the thread that freed it: some 19 MiB for each thread that ever hashed.

use std::sync::Arc;

use domain::HashMemory;
use engine::{Busy, Heavy, HeavyWork};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

/// How much work may wait. At some 20 ms for each, whoever is behind all of it on two cores waits less than a second; whoever
/// comes then hears that they should try again, instead of waiting behind a flood.
const WAITING_MAX: usize = 64;

/// Does heavy work where it holds nobody up.
pub fn on_blocking_threads() -> Heavy {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let worker = Arc::new(Worker::new(cores, WAITING_MAX));
    Arc::new(move |work| {
        let worker = worker.clone();
        Box::pin(async move { worker.does(work).await })
    })
}

/// So much at once, each in memory of its own.
struct Worker {
    /// One for each piece of work that is done or waits.
    places: Arc<Semaphore>,
    /// One for each that is done.
    turns: Arc<Semaphore>,
    /// What nobody hashes in at the moment.
    idle: Arc<Mutex<Vec<HashMemory>>>,
}

impl Worker {
    fn new(at_once: usize, waiting_max: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(at_once + waiting_max)),
            turns: Arc::new(Semaphore::new(at_once)),
            idle: Arc::default(),
        }
    }

    async fn does(&self, work: HeavyWork) -> Result<bool, Busy> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| Busy)?;
        let turn = self.turns.clone().acquire_owned().await.expect("the semaphore is never closed");
        let idle = self.idle.clone();
        let done = tokio::task::spawn_blocking(move || {
            // Both go when the work is done, not when whoever asked for it has gone away: or strangers who hang up would
            // have more done at once than there are turns.
            let _held = (place, turn);
            // Whoever has a turn finds one, or makes one: there are never more than turns.
            let mut memory = idle.lock().pop().unwrap_or_default();
            let answer = work(&mut memory);
            idle.lock().push(memory);
            answer
        });
        Ok(done.await.unwrap_or(false))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use domain::{Password, PasswordHash};

    use super::*;

    fn hashes() -> HeavyWork {
        Box::new(|memory| {
            PasswordHash::waste_time(&Password::new("anything"), memory);
            true
        })
    }

    /// Work that begins, says so, and ends when it is told to.
    fn held() -> (HeavyWork, mpsc::Receiver<()>, mpsc::Sender<()>) {
        let ((begins, begun), (end, ends)) = (mpsc::channel(), mpsc::channel());
        let work = Box::new(move |memory: &mut HashMemory| {
            PasswordHash::waste_time(&Password::new("anything"), memory);
            let _ = begins.send(());
            ends.recv().is_ok()
        });
        (work, begun, end)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn forty_passwords_at_once_are_hashed_in_as_much_memory_as_may_be_hashed_at_once() {
        let worker = Arc::new(Worker::new(2, 100));
        let most = Arc::new(AtomicUsize::new(0));
        let now = Arc::new(AtomicUsize::new(0));
        let tasks: Vec<_> = (0..40)
            .map(|_| {
                let (worker, most, now) = (worker.clone(), most.clone(), now.clone());
                tokio::spawn(async move {
                    let work = Box::new(move |memory: &mut HashMemory| {
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        PasswordHash::waste_time(&Password::new("anything"), memory);
                        now.fetch_sub(1, Ordering::SeqCst);
                        true
                    });
                    worker.does(work).await
                })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.expect("no panic"), Ok(true));
        }
        assert!(most.load(Ordering::SeqCst) <= 2);
        let idle = worker.idle.lock();
        assert!((1..=2).contains(&idle.len()), "kept for the next, and no more than that: {}", idle.len());
        assert!(idle.iter().all(|memory| memory.bytes() == 19 << 20));
    }

    #[tokio::test]
    async fn one_memory_serves_one_password_after_another() {
        let worker = Worker::new(2, 0);
        for _ in 0..5 {
            assert_eq!(worker.does(hashes()).await, Ok(true));
            assert_eq!(worker.idle.lock().len(), 1);
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn more_than_may_wait_are_told_to_come_back_and_room_is_made_again() {
        let worker = Arc::new(Worker::new(1, 1));
        let (work, begun, end) = held();
        let first = tokio::spawn({
            let worker = worker.clone();
            async move { worker.does(work).await }
        });
        tokio::task::spawn_blocking(move || begun.recv().expect("it begins")).await.expect("no panic");
        let second = worker.does(hashes());
        tokio::pin!(second);
        assert!(by_now(second.as_mut()).is_none(), "it waits");
        assert_eq!(worker.does(hashes()).await, Err(Busy));
        end.send(()).expect("it is still at it");
        assert_eq!(first.await.expect("no panic"), Ok(true));
        assert_eq!(second.await, Ok(true));
        assert_eq!(worker.does(hashes()).await, Ok(true));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn whoever_hangs_up_makes_no_room_for_more_at_once() {
        let worker = Arc::new(Worker::new(1, 0));
        let (work, begun, end) = held();
        let asked = tokio::spawn({
            let worker = worker.clone();
            async move { worker.does(work).await }
        });
        tokio::task::spawn_blocking(move || begun.recv().expect("it begins")).await.expect("no panic");
        asked.abort();
        assert!(asked.await.is_err_and(|gone| gone.is_cancelled()));
        assert_eq!(worker.does(hashes()).await, Err(Busy), "the work is still being done");
        end.send(()).expect("it is still at it");
        let _turn = worker.turns.acquire().await.expect("never closed");
        assert_eq!(worker.idle.lock().len(), 1);
    }

    /// What a future has answered by now.
    fn by_now<F: Future + Unpin>(future: F) -> Option<F::Output> {
        let mut future = future;
        let waker = std::task::Waker::noop();
        match std::pin::Pin::new(&mut future).poll(&mut std::task::Context::from_waker(waker)) {
            std::task::Poll::Ready(answer) => Some(answer),
            std::task::Poll::Pending => None,
        }
    }
}
