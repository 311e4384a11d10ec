//! The hold on a Live key after a number was changed: time for whoever was robbed of their phone to notice. TM-57

use crate::brand::Brand;
use crate::ids::Mode;
use crate::refusal::Refusal;
use crate::step_up::Purpose;
use crate::time::Timestamp;

/// Refuses to regenerate a Live key for a member who put another number in the place of theirs a short while ago, whatever
/// code they bring. Deactivating goes on: ending a key that leaked never waits.
pub fn refuse_held(
    brand: &Brand,
    purpose: &Purpose,
    mobile_changed_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let Purpose::Regenerate { mode: Mode::Live, .. } = purpose else { return Ok(()) };
    match mobile_changed_at.map(|changed| changed + brand.mobile_hold) {
        Some(until) if !until.reached(now) => Err(Refusal::MobileChangedLately { until }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brand::samples::brand;
    use crate::time::{DAY, Duration};
    use crate::{KeyId, KeyRef, seeded};

    const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    #[test]
    fn a_live_key_is_not_regenerated_within_a_day_of_a_change_of_number_and_everything_else_is() {
        let rng = &mut seeded(1);
        let (key, brand) = (KeyRef::draw(rng), brand());
        let key_id = KeyId::draw(&brand.key_prefix, Mode::Live, rng);
        let live = Purpose::Regenerate { key, mode: Mode::Live };
        let asks = |purpose: &Purpose, now| refuse_held(&brand, purpose, Some(START), now);
        let until = START + DAY;
        assert_eq!(asks(&live, START), Err(Refusal::MobileChangedLately { until }));
        assert_eq!(
            asks(&live, until - Duration::from_millis(1)),
            Err(Refusal::MobileChangedLately { until })
        );
        assert_eq!(asks(&live, until), Ok(()));
        assert_eq!(refuse_held(&brand, &live, None, START), Ok(()));
        for other in [
            Purpose::Regenerate { key, mode: Mode::Test },
            Purpose::Deactivate { key_id, mode: Mode::Live },
            Purpose::LogIn,
        ] {
            assert_eq!(asks(&other, START), Ok(()), "{other}");
        }
        let at_once = Brand { mobile_hold: Duration::from_millis(0), ..brand.clone() };
        assert_eq!(refuse_held(&at_once, &live, Some(START), START), Ok(()));
    }
}
