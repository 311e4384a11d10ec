//! A server with all its listeners: the ones it starts itself, and Envoy's, which only this program knows of.

use std::net::SocketAddr;

use envoy::{Handle, Listener, Settings};
use secrecy::ExposeSecret as _;
use server::start::{Running, StartError};
use zeroize::Zeroizing;

/// A server that answers everybody, Envoy included.
pub struct Listening {
    running: Running,
    /// `None`: gateways ask elsewhere.
    envoy: Option<Handle>,
}

impl Listening {
    /// Adds the Envoy listener to a server that has started; without it nothing stays started.
    pub async fn to_envoy_too(running: Running) -> Result<Self, StartError> {
        let app = running.app();
        if !app.config.role.answers_gateways() {
            return Ok(Self { running, envoy: None });
        }
        let (address, gateway) = (app.config.listen.envoy, &app.config.gateway);
        let default = Settings::default();
        let settings = Settings {
            threads: gateway.threads.map_or(default.threads, usize::from),
            token: gateway.token.as_ref().map(|token| Zeroizing::new(token.expose_secret().to_owned())),
            ..default
        };
        match (Listener { desk: app.desk.clone(), settings }).listen(address) {
            Ok(envoy) => Ok(Self { running, envoy: Some(envoy) }),
            Err(source) => {
                running.stop().await;
                Err(StartError::Listen { listener: "Envoy listener", address, source })
            }
        }
    }

    /// Everything but Envoy's listener.
    pub const fn running(&self) -> &Running {
        &self.running
    }

    /// Where Envoy asks.
    pub fn envoy(&self) -> Option<SocketAddr> {
        self.envoy.as_ref().map(Handle::local_addr)
    }

    /// Stops listening and finishes what is under way; last of all the database is left in order.
    pub async fn stop(self) {
        let envoy = self.envoy;
        // Joining threads waits; it must not hold up the tasks that finish meanwhile.
        let _ = tokio::task::spawn_blocking(move || envoy.map(Handle::stop)).await;
        self.running.stop().await;
    }
}
