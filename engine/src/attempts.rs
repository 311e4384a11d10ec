//! Attempts: passwords that strangers type are counted before they are compared, and cost the same whoever they are for.

use domain::{BrandId, Network, Origin, Password, PasswordHash, Refusal, Timestamp};
use store::Driver;

use crate::{Engine, EngineError};

/// Where somebody tries to log in, as far as it is counted.
pub(crate) struct Attempt {
    /// One login from one address.
    place: String,
    /// All logins from one source: an IPv4 address, or the network of an IPv6 address, within which one customer has as many
    /// addresses as they like.
    source: String,
}

impl Attempt {
    /// `email` as it is stored.
    pub(crate) fn at_dashboard(brand: &BrandId, email: &str, origin: &Origin) -> Self {
        Self { place: format!("{brand} {email} {}", origin.address), source: source(origin) }
    }

    /// Counted apart, so that an office's wrong passwords keep no operator out.
    pub(crate) fn at_console(name: &str, origin: &Origin) -> Self {
        let place = format!("console {name} {}", origin.address);
        Self { place, source: format!("console {}", source(origin)) }
    }
}

fn source(origin: &Origin) -> String {
    origin.address.parse().map_or_else(|_| origin.address.clone(), |network: Network| network.to_string())
}

impl<D: Driver> Engine<D> {
    /// Counts an attempt, at its place and at its source. Refused when either has had its share.
    pub(crate) fn begin_attempt(&self, attempt: &Attempt, now: Timestamp) -> Result<(), Refusal> {
        self.sources.lock().attempt(&attempt.source, now)?;
        let counted = self.passwords.lock().attempt(&attempt.place, now);
        if counted.is_err() {
            // No password was looked at, so it counts for nothing.
            self.sources.lock().take_back(&attempt.source, now);
        }
        counted
    }

    /// Forgets the failures of the place. The source is forgiven this one attempt alone: whoever has one login could try
    /// passwords on all others for ever.
    pub(crate) fn attempt_succeeded(&self, attempt: &Attempt, now: Timestamp) {
        self.passwords.lock().succeeded(&attempt.place);
        self.sources.lock().take_back(&attempt.source, now);
    }

    /// Compares a password. Somebody without one costs as much time as somebody with one. TM-49
    pub(crate) async fn compare(
        &self,
        hash: Option<PasswordHash>,
        password: Password,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Result<bool, EngineError> {
        let compared = self.heavily(move |memory| match hash {
            Some(hash) => hash.matches(&password, memory),
            None => {
                PasswordHash::waste_time(&password, memory);
                false
            }
        });
        let compared = compared.await;
        if compared.is_err() {
            self.passwords.lock().take_back(&attempt.place, now);
            self.sources.lock().take_back(&attempt.source, now);
        }
        Ok(compared?)
    }
}
