//! Where a request came from, as far as gateways may be believed.
//!
//! Only a neighbour that the configuration names as a proxy is believed; whoever else reaches the listener speaks for its own
//! address. A proxy states the address in `X-Real-IP`, or at the end of `X-Forwarded-For`, where further proxies of ours may
//! have added themselves. If both headers name a caller and not the same one, one of them is the caller's own invention:
//! the address may be shown, but no list of allowed addresses lets it through.

use std::net::IpAddr;

use crate::config::Network;

/// The caller's address, from gateways that know it.
pub(super) const X_REAL_IP: &str = "x-real-ip";
/// All addresses on the caller's way; a gateway appends the one it saw.
pub(super) const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// Where a request came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The address that is shown to the key's owner.
    pub address: IpAddr,
    /// Whether nothing contradicts it.
    pub is_certain: bool,
}

/// The two headers of a request, as they were sent; each at most once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stated<'a> {
    pub(super) real_ip: Option<&'a [u8]>,
    pub(super) forwarded_for: Option<&'a [u8]>,
}

impl Stated<'_> {
    /// What a neighbour and these headers say.
    pub(super) fn by(self, neighbour: IpAddr, proxies: &[Network]) -> Caller {
        Caller::told(neighbour, proxies, self.real_ip.into_iter(), self.forwarded_for.into_iter())
    }
}

impl Caller {
    /// Somebody whose address is known.
    pub const fn at(address: IpAddr) -> Self {
        Self { address, is_certain: true }
    }

    /// What a neighbour and the headers it sent say. `real` and `forwarded` are the values of the two headers, in the order
    /// in which they came.
    pub(super) fn told<'a>(
        neighbour: IpAddr,
        proxies: &[Network],
        real: impl DoubleEndedIterator<Item = &'a [u8]>,
        forwarded: impl DoubleEndedIterator<Item = &'a [u8]>,
    ) -> Self {
        let is_proxy = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
        if !is_proxy(neighbour) {
            return Self::at(neighbour.to_canonical());
        }
        let read = |text: &[u8]| std::str::from_utf8(text).ok()?.trim().parse().ok();
        let real: Option<IpAddr> = real.rev().find_map(read);
        let mut last = None;
        for hop in forwarded.rev().flat_map(|header| header.rsplit(|byte| *byte == b',')) {
            let Some(address) = read(hop) else { break };
            last = Some(address);
            if !is_proxy(address) {
                break;
            }
        }
        // A proxy's own address is nobody's word about a caller.
        let (real_caller, last_caller) =
            (real.filter(|address| !is_proxy(*address)), last.filter(|address| !is_proxy(*address)));
        let is_certain = match (real_caller, last_caller) {
            (Some(real), Some(last)) => real.to_canonical() == last.to_canonical(),
            _ => true,
        };
        let address = real_caller.or(last_caller).or(real).or(last).unwrap_or(neighbour);
        Self { address: address.to_canonical(), is_certain }
    }

    /// The address that a list of allowed addresses is held against.
    pub(super) fn for_lists(self) -> Option<IpAddr> {
        self.is_certain.then_some(self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(neighbour: &str, real: &[&str], forwarded: &[&str]) -> String {
        let proxies: Vec<Network> =
            ["127.0.0.0/8", "::1/128", "10.0.0.0/8"].map(|text| text.parse().expect("a network")).to_vec();
        let (real, forwarded) = (real.iter(), forwarded.iter());
        let caller = Caller::told(
            neighbour.parse().expect("an address"),
            &proxies,
            real.map(|text| text.as_bytes()),
            forwarded.map(|text| text.as_bytes()),
        );
        format!("{}{}", caller.address, if caller.is_certain { "" } else { " perhaps" })
    }

    #[test]
    fn only_a_proxy_is_believed_and_only_as_far_as_it_does_not_contradict_itself() {
        for (neighbour, real, forwarded, caller) in [
            // Nobody but a proxy speaks for others.
            ("198.51.100.1", &["203.0.113.9"][..], &["203.0.113.9"][..], "198.51.100.1"),
            ("::ffff:198.51.100.1", &["203.0.113.9"], &[], "198.51.100.1"),
            ("127.0.0.1", &[], &[], "127.0.0.1"),
            ("::1", &["203.0.113.9"], &[], "203.0.113.9"),
            ("127.0.0.1", &["203.0.113.9"], &[], "203.0.113.9"),
            ("127.0.0.1", &["2001:db8::7"], &[], "2001:db8::7"),
            ("127.0.0.1", &["::ffff:203.0.113.9"], &[], "203.0.113.9"),
            ("127.0.0.1", &["nonsense"], &[], "127.0.0.1"),
            ("127.0.0.1", &["\u{ff}"], &[], "127.0.0.1"),
            ("127.0.0.1", &[], &["203.0.113.9"], "203.0.113.9"),
            // What stands before the nearest address that is no proxy's may be anybody's invention.
            ("127.0.0.1", &[], &["192.0.2.1, 203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &[], &["192.0.2.1, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            ("127.0.0.1", &[], &["192.0.2.1, 203.0.113.9,10.0.0.2 , 10.9.9.9"], "203.0.113.9"),
            ("127.0.0.1", &[], &["192.0.2.1", "203.0.113.9", "10.0.0.2"], "203.0.113.9"),
            ("127.0.0.1", &[], &["192.0.2.1, unknown"], "127.0.0.1"),
            ("127.0.0.1", &[], &["192.0.2.1, unknown, 10.0.0.2"], "10.0.0.2"),
            ("127.0.0.1", &[], &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            // A proxy behind a proxy.
            ("127.0.0.1", &["10.0.0.2"], &["203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &["203.0.113.9"], &["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            ("127.0.0.1", &["203.0.113.9"], &["10.0.0.2"], "203.0.113.9"),
            // One of two came from the caller; nobody knows which.
            ("127.0.0.1", &["192.0.2.1"], &["203.0.113.9"], "192.0.2.1 perhaps"),
            ("127.0.0.1", &["203.0.113.9"], &["192.0.2.1"], "203.0.113.9 perhaps"),
            ("127.0.0.1", &["192.0.2.1"], &["192.0.2.1, 203.0.113.9"], "192.0.2.1 perhaps"),
            ("127.0.0.1", &["192.0.2.1", "203.0.113.9"], &[], "203.0.113.9"),
        ] {
            assert_eq!(told(neighbour, real, forwarded), caller, "{neighbour} {real:?} {forwarded:?}");
        }
    }
}
