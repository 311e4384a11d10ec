//! The sample's operator, enrolled for the console through the same steps as everybody.

use domain::{MINUTE, Origin, Password, base62};

use super::DemoOperator;
use crate::app::Engine;
use crate::clock::Clock;
use crate::random::RandomSource;
use crate::start::StartError;

/// What the operator is called.
pub(super) const NAME: &str = "demo";

/// Enrols the operator whose token this is.
pub(super) async fn enrol(
    engine: &Engine,
    console_url: &str,
    token: &str,
    clock: &dyn Clock,
    random: &dyn RandomSource,
) -> Result<DemoOperator, StartError> {
    // A little ago, so that the code an app shows when the sample is ready has not been used for this.
    let then = clock.now() - MINUTE.times(2);
    let rng = &mut *random.source();
    let mut letters = [0u8; 16];
    base62(&mut letters, rng);
    let password = String::from_utf8_lossy(&letters).into_owned();
    let cookie = engine.enrol(token, Password::new(&password), Origin::default(), then, rng).await?;
    let (_, secret) = engine.enrolling(&cookie, then).await?;
    engine.confirm_enrolment(&cookie, secret.code(then).reveal(), then, rng).await?;
    Ok(DemoOperator {
        console_url: console_url.to_owned(),
        name: NAME.to_owned(),
        password,
        totp_secret: secret.reveal().replace(' ', ""),
    })
}
