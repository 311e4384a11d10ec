//! Where a pair was used from, small enough to stand beside every pair: an IPv4 address, or the network (the first
//! 64 bits) of an IPv6 address, which is what one customer's machine or site has.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Marks an IPv4 address; no network of IPv6 that can be routed begins like this.
const IPV4: u64 = 1 << 32;
/// Stands for the loopback address of IPv6, whose first 64 bits say nothing.
const LOOPBACK: u64 = 2 << 32;

/// An IPv4 address or an IPv6 network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(u64);

impl Network {
    /// The network of an address; `None` for addresses that belong to nobody.
    pub fn of(address: IpAddr) -> Option<Self> {
        match address.to_canonical() {
            IpAddr::V4(address) => Some(Self(IPV4 | u64::from(address.to_bits()))),
            IpAddr::V6(Ipv6Addr::LOCALHOST) => Some(Self(LOOPBACK)),
            // 0000::/8 is reserved: nothing comes from there, and what does would look like a mark of ours.
            IpAddr::V6(address) if address.octets()[0] == 0 => None,
            IpAddr::V6(address) => Some(Self((address.to_bits() >> 64) as u64)),
        }
    }

    /// What [`Network::to_bits`] gave. `None` for nought and for anything that it never gives.
    pub const fn from_bits(bits: u64) -> Option<Self> {
        match bits >> 32 {
            0 => None,
            1 => Some(Self(bits)),
            2 if bits == LOOPBACK => Some(Self(bits)),
            _ if bits >> 56 == 0 => None,
            _ => Some(Self(bits)),
        }
    }

    /// As a number that is never nought.
    pub const fn to_bits(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Network {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 >> 32 {
            1 => Ipv4Addr::from_bits(self.0 as u32).fmt(to),
            2 => Ipv6Addr::LOCALHOST.fmt(to),
            _ => write!(to, "{}/64", Ipv6Addr::from_bits(u128::from(self.0) << 64)),
        }
    }
}

/// A text that no network is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoNetwork;

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let address = text.strip_suffix("/64").unwrap_or(text);
        address.parse().ok().and_then(Self::of).ok_or(NoNetwork)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comes_back_as_far_as_it_is_kept() {
        for (address, kept) in [
            ("192.0.2.1", Some("192.0.2.1")),
            ("0.0.0.0", Some("0.0.0.0")),
            ("255.255.255.255", Some("255.255.255.255")),
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("2001:db8:1:2:3:4:5:6", Some("2001:db8:1:2::/64")),
            ("fe80::1", Some("fe80::/64")),
            ("::1", Some("::1")),
            ("::", None),
            ("0:1:2:3::4", None),
        ] {
            let network = Network::of(address.parse().expect("an address"));
            assert_eq!(network.map(|network| network.to_string()).as_deref(), kept, "{address}");
            let Some(network) = network else { continue };
            assert_eq!(Network::from_bits(network.to_bits()), Some(network), "{address}");
            assert_eq!(network.to_string().parse(), Ok(network), "{address}");
        }
        assert_eq!(Network::from_bits(0), None);
        assert_eq!("nowhere".parse::<Network>(), Err(NoNetwork));
    }
}
