//! From a key made in the dashboard to the merchant's program: the official client library, through a real nginx with
//! the configuration that ships, to an API behind it.

use domain::{DAY, Duration};
use keystead_tests::caller::Pair;
use keystead_tests::gateway::{Gateway, Kind, Places, replaced};
use keystead_tests::official_client::{Outcome, uses};
use keystead_tests::person::{OldKey, Person};
use keystead_tests::story::Story;
use keystead_tests::upstream::Upstream;

/// Org, country and key prefix of the brands of the page.
const BRANDS: [(&str, &str, &str); 3] =
    [("razorpay", "IN", "rzp"), ("razorpay", "MY", "rzp"), ("axis", "IN", "axis")];

/// A server, an API, nginx between them.
struct Shop {
    nginx: Gateway,
    upstream: Upstream,
    story: Story,
}

impl Shop {
    fn opens() -> Shop {
        Shop::with(str::to_owned)
    }

    fn with(change: impl Fn(&str) -> String) -> Shop {
        let (story, upstream) = (Story::begins(), Upstream::opens());
        let gateway = story.gateway();
        let places = Places { gateway, envoy: gateway, api: upstream.address() };
        let nginx = Gateway::changed(Kind::Nginx, &places, change);
        Shop { nginx, upstream, story }
    }

    /// What a merchant's program sees with a pair.
    fn shows(&self, pair: &Pair) -> Outcome {
        uses(pair, &self.nginx.base_url())
    }

    fn owner(&self, org: &str, country: &str) -> Person {
        let mut owner = self.story.member(org, country, "owner");
        owner.logs_in();
        owner
    }
}

#[test]
fn a_key_made_in_the_dashboard_works_at_once_in_the_official_client_for_every_brand() {
    let shop = Shop::opens();
    for (org, country, prefix) in BRANDS {
        let mut owner = shop.owner(org, country);
        for mode in ["test", "live"] {
            let pair = owner.generates(mode);
            assert!(pair.key_id.starts_with(&format!("{prefix}_{mode}_")), "{pair:?}");
            assert_eq!(shop.shows(&pair), Outcome::granted(), "{org}/{country} {mode}");

            let seen = shop.upstream.saw();
            let lines: Vec<&str> = seen.iter().map(|one| one.line.as_str()).collect();
            assert_eq!(lines, ["GET /v1/orders?count=1", "POST /v1/orders"]);
            for one in seen {
                assert_eq!((one.key_id.as_str(), one.mode.as_str()), (pair.key_id.as_str(), mode));
                assert_eq!(one.account, shop.story.account(org, country));
                assert_eq!(one.brand, format!("{org}/{country}"));
                assert_eq!(one.authorization, None, "the secret ends at the gateway");
            }
        }
    }
}

#[test]
fn a_wrong_secret_and_an_unknown_id_look_alike_to_the_official_client_and_stop_at_nginx() {
    let shop = Shop::opens();
    let pair = shop.owner("razorpay", "IN").generates("test");
    assert_eq!(shop.shows(&pair.with_a_wrong_secret()), Outcome::refused());
    assert_eq!(shop.shows(&pair.with_an_unknown_id()), Outcome::refused());
    assert_eq!(shop.upstream.saw(), [], "nothing of it reaches the API");
    assert_eq!(shop.shows(&pair), Outcome::granted(), "and the pair itself is none the worse");
}

#[test]
fn immediately_means_that_the_old_key_is_refused_from_then_on_for_every_brand() {
    let shop = Shop::opens();
    for (org, country, _) in BRANDS {
        let mut owner = shop.owner(org, country);
        let old = owner.generates("live");
        assert_eq!(shop.shows(&old), Outcome::granted());

        let new = owner.regenerates("live", OldKey::Immediately);
        assert_eq!(shop.shows(&old), Outcome::refused(), "{org}/{country}");
        assert_eq!(shop.shows(&new), Outcome::granted(), "{org}/{country}");
        assert_eq!(shop.story.asking().verify(&old), "ended", "a trusted gateway is told why");
    }
}

#[test]
fn in_24_hours_means_to_the_millisecond_and_a_restart_in_between_changes_nothing() {
    let mut shop = Shop::opens();
    let mut owner = shop.owner("razorpay", "IN");
    let old = owner.generates("live");
    let new = owner.regenerates("live", OldKey::In24Hours);
    for pair in [&old, &new] {
        assert_eq!(shop.shows(pair), Outcome::granted(), "both work meanwhile");
    }

    shop.story.advances(Duration::from_millis(DAY.as_millis() / 2));
    shop.story.restarts();
    assert_eq!(shop.shows(&old), Outcome::granted(), "after a restart half-way");

    shop.story.advances(Duration::from_millis(DAY.as_millis() / 2 - 1));
    assert_eq!(shop.shows(&old), Outcome::granted(), "1 ms before the deadline");
    shop.story.restarts();
    assert_eq!(shop.shows(&old), Outcome::granted(), "1 ms before the deadline, after a restart");

    shop.story.advances(Duration::from_millis(1));
    assert_eq!(shop.shows(&old), Outcome::refused(), "at the deadline");
    assert_eq!(shop.story.asking().verify(&old), "ended");
    shop.story.restarts();
    assert_eq!(shop.shows(&old), Outcome::refused(), "and after another restart");
    assert_eq!(shop.shows(&new), Outcome::granted(), "the new one goes on");
}

#[test]
fn a_retiring_key_can_be_ended_before_its_24_hours() {
    let shop = Shop::opens();
    for (org, country, _) in BRANDS {
        let mut owner = shop.owner(org, country);
        let old = owner.generates("test");
        let new = owner.regenerates("test", OldKey::In24Hours);
        assert_eq!(shop.shows(&old), Outcome::granted());
        owner.deactivates_the_retiring_pair("test");
        assert_eq!(shop.shows(&old), Outcome::refused(), "{org}/{country}");
        assert_eq!(shop.shows(&new), Outcome::granted(), "{org}/{country}");
    }
}

#[test]
fn a_test_key_is_refused_where_live_is_required() {
    let shop = Shop::with(|site| replaced(site, "set $keystead_mode \"\";", "set $keystead_mode live;"));
    let mut owner = shop.owner("razorpay", "IN");
    let (test, live) = (owner.generates("test"), owner.generates("live"));
    assert_eq!(shop.shows(&test), Outcome::refused());
    assert_eq!(shop.upstream.saw(), []);
    assert_eq!(shop.shows(&live), Outcome::granted());
}

#[test]
fn an_admin_without_a_number_verifies_one_and_then_replaces_the_key_of_the_program() {
    let shop = Shop::opens();
    for (org, country, _) in BRANDS {
        let old = shop.owner(org, country).generates("live");
        let mut admin = shop.story.member(org, country, "admin");
        admin.logs_in();
        let new = admin.regenerates("live", OldKey::Immediately);
        assert_eq!(shop.shows(&old), Outcome::refused(), "{org}/{country}");
        assert_eq!(shop.shows(&new), Outcome::granted(), "{org}/{country}");
    }
}

#[test]
fn the_owner_is_shown_why_the_program_was_refused() {
    let shop = Shop::opens();
    let mut owner = shop.owner("razorpay", "IN");
    let old = owner.generates("test");
    let new = owner.regenerates("test", OldKey::Immediately);
    assert_eq!(shop.shows(&old), Outcome::refused());
    assert_eq!(shop.shows(&new.with_a_wrong_secret()), Outcome::refused());
    let page = owner.opens("/test/keys");
    assert!(page.says("Why was a request refused?"), "{page:?}");
    assert!(page.says(&old.key_id) && page.says(&new.key_id), "{page:?}");
}
