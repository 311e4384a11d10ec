//! What limits let through, to the request and to the millisecond.

use std::sync::Barrier;
use std::thread;

use domain::seeded;

use super::*;

/// Ten hours before a midnight of UTC.
const NOW: Timestamp =
    Timestamp::from_millis(1_800_000_000_000 - 1_800_000_000_000 % 86_400_000 + 14 * 3_600_000);

fn limits(per_second: Option<u64>, per_day: Option<u64>, networks: &str) -> Limits {
    Limits::checked(per_second, per_day, networks.lines()).expect("limits that may be")
}

fn key(n: u64) -> KeyRef {
    KeyRef::draw(&mut seeded(n))
}

fn limited(limits: &Limits) -> (Limiters, KeyRef) {
    let (limiters, key) = (Limiters::new(), key(1));
    limiters.set(&key, limits);
    (limiters, key)
}

fn ms(after: i64) -> (Timestamp, Uptime) {
    (Timestamp::from_millis(NOW.as_millis() + after), Uptime::from_millis(5_000 + after))
}

/// How many of `times` requests at one moment are let through.
fn granted(limiters: &Limiters, key: &KeyRef, times: u32, after_ms: i64) -> u32 {
    let (now, uptime) = ms(after_ms);
    (0..times).map(|_| u32::from(limiters.take(key, None, now, uptime).expect("a limited key").is_ok())).sum()
}

#[test]
fn a_rate_allows_one_second_s_worth_at_once_and_then_as_many_as_come_back() {
    for rate in [1, 2, 3, 7, 10, 999, 1_000] {
        let (limiters, key) = limited(&limits(Some(rate), None, ""));
        let rate = u32::try_from(rate).expect("a small number");
        assert_eq!(granted(&limiters, &key, rate + 5, 0), rate, "{rate} at once");
        let step = i64::from(1_000_u32.div_ceil(rate));
        assert_eq!(granted(&limiters, &key, rate + 5, step - 1), 0, "{rate}: a millisecond too early");
        assert_eq!(granted(&limiters, &key, rate + 5, step), 1, "{rate}: the first that came back");
        assert_eq!(granted(&limiters, &key, rate + 5, 10_000), rate, "{rate}: all of it came back, not more");
    }
}

#[test]
fn over_a_long_time_a_rate_lets_through_what_it_says_and_not_one_more() {
    let (limiters, key) = limited(&limits(Some(3), None, ""));
    let all: u32 = (0..60_000).map(|after| granted(&limiters, &key, 1, after)).sum();
    assert_eq!(all, 3 * 60 + 2, "a burst of three, and three a second after it");
}

#[test]
fn of_many_requests_at_once_exactly_as_many_get_through_as_the_limits_say() {
    for (per_second, per_day, expected) in
        [(Some(100), None, 100), (None, Some(100), 100), (Some(100), Some(70), 70), (Some(70), Some(100), 70)]
    {
        let (limiters, key) = limited(&limits(per_second, per_day, ""));
        let together = Barrier::new(8);
        let through: u32 = thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        together.wait();
                        granted(&limiters, &key, 500, 0)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("it counts")).sum()
        });
        assert_eq!(through, expected, "{per_second:?} {per_day:?}");
        assert_eq!(
            limiters.used_today(&key, NOW),
            Some(u64::from(expected)),
            "what is refused is not counted"
        );
    }
}

#[test]
fn a_day_s_quota_ends_with_the_day_of_utc() {
    let (limiters, key) = limited(&limits(None, Some(3), ""));
    let midnight = 10 * 3_600_000;
    assert_eq!(granted(&limiters, &key, 5, 0), 3);
    let (now, uptime) = ms(midnight - 1);
    let refused = limiters.take(&key, None, now, uptime).expect("a limited key").expect_err("used up");
    assert_eq!((refused.limit, refused.retry_after_s), (Limit::Day, Some(1)), "a second, not none");
    let left = Remaining { quota: 3, left: 0, resets_in_s: 1 };
    assert_eq!(refused.allowance, Allowance { second: None, day: Some(left) });
    assert_eq!(granted(&limiters, &key, 5, midnight), 3, "at midnight, not after it");
    assert_eq!(granted(&limiters, &key, 5, 0), 0, "a clock that is set back brings no day back");
    assert_eq!(day_of(Timestamp::from_millis(86_399_999)), 0);
    assert_eq!(day_of(Timestamp::from_millis(86_400_000)), 1);
}

#[test]
fn neither_new_limits_nor_none_for_a_while_reset_what_was_counted() {
    let (limiters, key) = limited(&limits(Some(5), Some(20), ""));
    assert_eq!(granted(&limiters, &key, 9, 0), 5);
    limiters.set(&key, &limits(Some(5), Some(20), ""));
    assert_eq!(granted(&limiters, &key, 9, 0), 0, "as after a regeneration, when all is told again");
    limiters.set(&key, &Limits::NONE);
    limiters.set(&key, &limits(Some(5), Some(6), ""));
    assert_eq!(granted(&limiters, &key, 9, 0), 0);
    assert_eq!(granted(&limiters, &key, 9, 10_000), 1, "one of the day's six was left");
}

#[test]
fn an_address_is_asked_about_first_and_a_refused_one_uses_nothing_up() {
    let (limiters, key) = limited(&limits(Some(2), Some(2), "192.0.2.0/24\n2001:db8::/32"));
    let (now, uptime) = ms(0);
    let from = |address: Option<&str>| {
        let address = address.map(|text| text.parse().expect("an address"));
        limiters.take(&key, address, now, uptime).expect("a limited key")
    };
    for stranger in [None, Some("198.51.100.1"), Some("2001:db9::1"), Some("::192.0.2.1")] {
        let refused = from(stranger).expect_err("not on the list");
        assert_eq!((refused.limit, refused.retry_after_s), (Limit::Address, None), "{stranger:?}");
        assert_eq!(refused.allowance.day.map(|day| day.left), Some(2));
    }
    assert!(from(Some("192.0.2.77")).is_ok() && from(Some("::ffff:192.0.2.1")).is_ok());
    assert_eq!(from(Some("2001:db8::1")).expect_err("used up").limit, Limit::Day);
    assert_eq!(from(Some("198.51.100.1")).expect_err("used up").limit, Limit::Address);
}

#[test]
fn what_is_left_is_told_with_every_answer() {
    let (limiters, key) = limited(&limits(Some(4), Some(10), ""));
    let (now, uptime) = ms(0);
    let told = limiters.take(&key, None, now, uptime).expect("a limited key").expect("the first");
    let second = Remaining { quota: 4, left: 3, resets_in_s: 1 };
    let day = Remaining { quota: 10, left: 9, resets_in_s: 36_000 };
    assert_eq!(told, Allowance { second: Some(second), day: Some(day) });
    assert_eq!(granted(&limiters, &key, 9, 0), 3);
    let refused = limiters.take(&key, None, now, uptime).expect("a limited key").expect_err("the fifth");
    assert_eq!(
        (refused.limit, refused.retry_after_s, refused.reason()),
        (Limit::Second, Some(1), Reason::RateLimited)
    );
    assert_eq!(refused.allowance.second.map(|left| left.left), Some(0));
}

#[test]
fn a_day_s_count_is_written_down_and_goes_on_after_a_restart() {
    let (limiters, limited_key) = limited(&limits(None, Some(5), ""));
    assert_eq!(limiters.unsaved(), [], "nothing was used");
    granted(&limiters, &limited_key, 3, 0);
    let counted = DayCount { key: limited_key, day: day_of(NOW), count: 3 };
    assert_eq!(limiters.unsaved(), [counted]);
    assert_eq!(limiters.unsaved(), [], "once is enough");
    limiters.give_back(&[counted]);
    granted(&limiters, &limited_key, 1, 0);
    let counted = DayCount { count: 4, ..counted };
    assert_eq!(limiters.unsaved(), [counted], "what could not be written comes again, as it is by then");

    let after_restart = Limiters::new();
    after_restart.set(&limited_key, &limits(None, Some(5), ""));
    after_restart.recall(&counted);
    after_restart.recall(&DayCount { count: 1, ..counted });
    after_restart.recall(&DayCount { day: counted.day - 1, count: 99, ..counted });
    assert_eq!(after_restart.used_today(&limited_key, NOW), Some(4));
    assert_eq!(granted(&after_restart, &limited_key, 5, 0), 1);
}

#[test]
fn a_key_without_limits_takes_no_room_and_keys_do_not_share() {
    let limiters = Limiters::new();
    limiters.set(&key(1), &Limits::NONE);
    assert_eq!(limiters.take(&key(1), None, NOW, Uptime::from_millis(1)), None);
    assert_eq!(limiters.used_today(&key(1), NOW), None);
    for n in 1..=200 {
        limiters.set(&key(n), &limits(Some(1), None, ""));
    }
    assert!((1..=200).all(|n| granted(&limiters, &key(n), 3, 0) == 1));
}
