//! Randomness: the only file that asks the operating system for it. Everybody else is handed a source.

use std::sync::{Mutex, PoisonError};

use rand_core::{Rng, TryRng};

/// Hands out sources of randomness.
pub trait RandomSource: Send + Sync + 'static {
    /// A source for one request.
    fn source(&self) -> Box<dyn Rng + Send>;
}

/// The operating system's randomness, asked anew for each draw: no pool of our own that a fork or a snapshot of the
/// machine could repeat. TM-8
#[derive(Debug, Default)]
pub struct SystemRandom;

impl RandomSource for SystemRandom {
    fn source(&self) -> Box<dyn Rng + Send> {
        Box::new(SystemSource)
    }
}

struct SystemSource;

impl TryRng for SystemSource {
    type Error = rand_core::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place where randomness is drawn")]
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        // Zeros instead of randomness would be keys that anybody can guess; stopping is the only right answer.
        getrandom::fill(out)
            .expect("the operating system must give randomness; keys cannot be made without it");
        Ok(())
    }
}

/// The same story each time, for tests: every request draws from one seeded stream.
pub struct SeededRandom(std::sync::Arc<Mutex<Box<dyn Rng + Send>>>);

impl SeededRandom {
    /// A stream from a seed.
    pub fn new(seed: u64) -> Self {
        Self(std::sync::Arc::new(Mutex::new(Box::new(domain::seeded(seed)))))
    }
}

impl RandomSource for SeededRandom {
    fn source(&self) -> Box<dyn Rng + Send> {
        Box::new(SharedSource(self.0.clone()))
    }
}

struct SharedSource(std::sync::Arc<Mutex<Box<dyn Rng + Send>>>);

impl TryRng for SharedSource {
    type Error = rand_core::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).next_u32())
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).next_u64())
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(out);
        Ok(())
    }
}
