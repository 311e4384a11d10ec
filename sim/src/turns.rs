//! Turns: one thread, one clock, and a die that says who goes next.
//!
//! Everything that happens in a simulated fleet is a task here. Whenever several could go on, the die picks one;
//! when none can, the clock jumps to the next moment that somebody waits for. Nothing else decides an order, so the
//! same seed takes the same turns.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use parking_lot::Mutex;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// Milliseconds of true time since the run began. No node knows it: each has clocks of its own.
pub type Moment = i64;

/// One life of one node's process. A node that starts again has another life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process {
    /// The node.
    pub node: usize,
    /// How often it had been started before.
    pub life: u32,
}

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Task {
    process: Option<Process>,
    work: Work,
}

struct Inner {
    now: Moment,
    waits: u64,
    timers: BTreeMap<(Moment, u64), Waker>,
    ready: Vec<usize>,
    arriving: Vec<Task>,
    killed: Vec<Process>,
    /// Until when a node's processes get no turn.
    paused: BTreeMap<usize, Moment>,
    dice: ChaCha8Rng,
}

/// Whose turn it is, and what time.
pub struct Turns {
    inner: Mutex<Inner>,
    /// Locked by [`Turns::run`] alone.
    tasks: Mutex<Vec<Option<Task>>>,
}

impl Turns {
    /// Turns as a seed says.
    pub fn new(seed: u64) -> Arc<Self> {
        let inner = Inner {
            now: 0,
            waits: 0,
            timers: BTreeMap::new(),
            ready: Vec::new(),
            arriving: Vec::new(),
            killed: Vec::new(),
            paused: BTreeMap::new(),
            dice: ChaCha8Rng::seed_from_u64(seed),
        };
        Arc::new(Self { inner: Mutex::new(inner), tasks: Mutex::default() })
    }

    /// True time.
    pub fn now(&self) -> Moment {
        self.inner.lock().now
    }

    /// A number below `bound`, as the die says.
    pub fn below(&self, bound: u64) -> u64 {
        // The bounds here are tiny beside 2^64, so the remainder is as good as even.
        self.inner.lock().dice.next_u64() % bound.max(1)
    }

    /// A span between two, as the die says.
    pub fn between(&self, least: i64, most: i64) -> i64 {
        least + self.below((most - least + 1).unsigned_abs()) as i64
    }

    /// Whether something happens that does so `times` in a thousand.
    pub fn per_mille(&self, times: u64) -> bool {
        self.below(1_000) < times
    }

    /// One of several.
    pub fn pick<'a, T>(&self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.below(of.len() as u64) as usize) }
    }

    /// A source of randomness for one call.
    pub fn source(&self) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(self.inner.lock().dice.next_u64())
    }

    /// Gives a task its turns from now on; one of a process ends with it.
    pub fn spawn(&self, process: Option<Process>, work: impl Future<Output = ()> + Send + 'static) {
        self.inner.lock().arriving.push(Task { process, work: Box::pin(work) });
    }

    /// Ends a process between two turns: whatever it was doing is never finished.
    pub fn kill(&self, process: Process) {
        self.inner.lock().killed.push(process);
    }

    /// A node gets no turn before a moment.
    pub fn pause(&self, node: usize, until: Moment) {
        self.inner.lock().paused.insert(node, until);
    }

    /// Whether a node gets turns now.
    pub fn is_paused(&self, node: usize) -> bool {
        let inner = self.inner.lock();
        inner.paused.get(&node).is_some_and(|until| inner.now < *until)
    }

    /// Everybody sleeps until a moment: who waited for an earlier one is late.
    pub fn sleep_all(&self, until: Moment) {
        let mut inner = self.inner.lock();
        inner.now = inner.now.max(until);
    }

    /// Waits for a moment; others get a turn even if it has come.
    pub fn until(self: &Arc<Self>, at: Moment) -> Until {
        Until { turns: self.clone(), at, waiting: false }
    }

    /// Waits for so many milliseconds.
    pub fn after(self: &Arc<Self>, span: i64) -> Until {
        self.until(self.now() + span)
    }

    /// Takes turns until nobody waits for anything before `end`.
    pub fn run(self: &Arc<Self>, end: Moment) {
        let tasks = &mut *self.tasks.lock();
        loop {
            self.admit(tasks);
            let Some(next) = self.next() else {
                if self.advance(end) {
                    continue;
                } else {
                    break;
                };
            };
            let Some(task) = tasks[next].as_mut() else { continue };
            let waker = Waker::from(Arc::new(Turn { turns: self.clone(), task: next }));
            if let Some(resumes) = task.process.and_then(|process| self.held(process.node)) {
                self.wake_at(resumes, waker);
            } else if task.work.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                tasks[next] = None;
            }
        }
    }

    /// Nobody gets a turn any more. Tasks hold the world that they are in, and the world holds its turns.
    pub fn end(&self) {
        let tasks = std::mem::take(&mut *self.tasks.lock());
        drop(tasks);
        let (timers, arriving) = {
            let mut inner = self.inner.lock();
            (std::mem::take(&mut inner.timers), std::mem::take(&mut inner.arriving))
        };
        drop((timers, arriving));
    }

    /// Lets tasks in that were started, and ends those of processes that were killed.
    fn admit(&self, tasks: &mut Vec<Option<Task>>) {
        let (arriving, killed) = {
            let mut inner = self.inner.lock();
            (std::mem::take(&mut inner.arriving), std::mem::take(&mut inner.killed))
        };
        for task in arriving {
            self.inner.lock().ready.push(tasks.len());
            tasks.push(Some(task));
        }
        for killed in killed {
            for task in tasks.iter_mut() {
                task.take_if(|task| task.process == Some(killed));
            }
        }
    }

    fn next(&self) -> Option<usize> {
        let mut inner = self.inner.lock();
        let count = inner.ready.len() as u64;
        let place = inner.dice.next_u64().checked_rem(count)?;
        Some(inner.ready.swap_remove(place as usize))
    }

    /// Goes to the next moment that somebody waits for. False when there is none before `end`.
    fn advance(&self, end: Moment) -> bool {
        let mut due = Vec::new();
        {
            let mut inner = self.inner.lock();
            let Some(((at, _), _)) = inner.timers.first_key_value() else { return false };
            let at = *at;
            if end <= at {
                return false;
            }
            inner.now = inner.now.max(at);
            let later = inner.timers.split_off(&(at + 1, 0));
            due.extend(std::mem::replace(&mut inner.timers, later).into_values());
        }
        due.into_iter().for_each(Waker::wake);
        true
    }

    fn held(&self, node: usize) -> Option<Moment> {
        let inner = self.inner.lock();
        inner.paused.get(&node).copied().filter(|until| inner.now < *until)
    }

    fn wake_at(&self, at: Moment, waker: Waker) {
        let mut inner = self.inner.lock();
        inner.waits += 1;
        let place = (at, inner.waits);
        inner.timers.insert(place, waker);
    }
}

struct Turn {
    turns: Arc<Turns>,
    task: usize,
}

impl Wake for Turn {
    fn wake(self: Arc<Self>) {
        let mut inner = self.turns.inner.lock();
        if !inner.ready.contains(&self.task) {
            inner.ready.push(self.task);
        }
    }
}

/// Waits for a moment.
pub struct Until {
    turns: Arc<Turns>,
    at: Moment,
    waiting: bool,
}

impl Future for Until {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.waiting && self.at <= self.turns.now() {
            return Poll::Ready(());
        }
        self.waiting = true;
        self.turns.wake_at(self.at.max(self.turns.now()), context.waker().clone());
        Poll::Pending
    }
}

/// What comes first of an answer and a moment; `None` for the moment.
pub async fn first<T>(answer: impl Future<Output = T>, mut moment: Until) -> Option<T> {
    let mut answer = std::pin::pin!(answer);
    std::future::poll_fn(|context| {
        if let Poll::Ready(answer) = answer.as_mut().poll(context) {
            return Poll::Ready(Some(answer));
        }
        Pin::new(&mut moment).poll(context).map(|()| None)
    })
    .await
}
