//! Where a request came from, as far as a gateway says so.

use std::net::IpAddr;

/// The caller's address, from gateways that know it.
pub(super) const X_REAL_IP: &str = "x-real-ip";
/// All addresses on the caller's way; a gateway appends the one it saw.
pub(super) const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The last header of each name, as it was sent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stated<'a> {
    pub(super) real_ip: Option<&'a [u8]>,
    pub(super) forwarded_for: Option<&'a [u8]>,
}

impl Stated<'_> {
    /// What the gateway says, or the gateway itself. Gateways are believed: whoever reaches their listener may ask
    /// about any key. Of `X-Forwarded-For` only the last address is the gateway's own word.
    pub(super) fn or(self, gateway: IpAddr) -> IpAddr {
        let last = |all: &'_ [u8]| address(all.rsplit(|byte| *byte == b',').next().unwrap_or_default());
        self.real_ip.and_then(address).or_else(|| self.forwarded_for.and_then(last)).unwrap_or(gateway)
    }
}

fn address(text: &[u8]) -> Option<IpAddr> {
    std::str::from_utf8(text.trim_ascii()).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateways_own_word_is_taken_and_nobody_elses() {
        let gateway: IpAddr = [10, 0, 0, 1].into();
        for (real_ip, forwarded_for, expected) in [
            (None, None, "10.0.0.1"),
            (Some("192.0.2.1"), Some("192.0.2.2"), "192.0.2.1"),
            (Some("unknown"), Some("192.0.2.2"), "192.0.2.2"),
            (None, Some("198.51.100.66, 192.0.2.3 "), "192.0.2.3"),
            (None, Some("192.0.2.3, nobody"), "10.0.0.1"),
            (Some("2001:db8::1"), None, "2001:db8::1"),
        ] {
            let stated = Stated {
                real_ip: real_ip.map(str::as_bytes),
                forwarded_for: forwarded_for.map(str::as_bytes),
            };
            assert_eq!(stated.or(gateway).to_string(), expected, "{stated:?}");
        }
    }
}
