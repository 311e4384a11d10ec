//! A network of addresses as people write it, `192.0.2.0/24`: parsed strictly, printed in one form.
//!
//! A network with bits behind its prefix is refused with the form that was probably meant: `192.0.2.7/24` could be the
//! address or its neighbourhood, and guessing would open or close a door that nobody asked for. IPv4 in the clothes of IPv6
//! (`::ffff:192.0.2.1`) is IPv4, as it is when a gateway tells it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// How many bits of an IPv6 address come before an IPv4 address inside it.
const BEFORE_IPV4: u8 = 96;

/// One address or a block of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cidr {
    base: IpAddr,
    bits: u8,
}

/// Why a text is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CidrError {
    /// It is no address and no `address/bits`.
    NotANetwork,
    /// The address has bits behind the prefix; the network that begins there is this one.
    HostBits(Cidr),
}

impl Cidr {
    /// Whether an address lies in the network.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.base.is_ipv4() && masked(address, self.bits) == self.base
    }
}

/// The address with everything behind its first `bits` cleared.
fn masked(address: IpAddr, bits: u8) -> IpAddr {
    let bits = u32::from(bits);
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            Ipv4Addr::from_bits(address.to_bits() & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
    }
}

/// A length as people write it: digits, no sign, no nought in front.
fn length(text: &str, most: u8) -> Option<u8> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|bits| plain && *bits <= most)
}

impl FromStr for Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let written: IpAddr = address.parse().map_err(|_| CidrError::NotANetwork)?;
        let widest = if written.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => length(bits, widest).ok_or(CidrError::NotANetwork)?,
            None => widest,
        };
        let address = written.to_canonical();
        let bits = match address.is_ipv4() == written.is_ipv4() {
            true => bits,
            // A shorter prefix would hold more than IPv4.
            false => bits.checked_sub(BEFORE_IPV4).ok_or(CidrError::NotANetwork)?,
        };
        let network = Self { base: masked(address, bits), bits };
        if network.base == address { Ok(network) } else { Err(CidrError::HostBits(network)) }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widest = if self.base.is_ipv4() { 32 } else { 128 };
        match self.bits == widest {
            true => self.base.fmt(to),
            false => write!(to, "{}/{}", self.base, self.bits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match text.parse::<Cidr>() {
            Ok(network) => network.to_string(),
            Err(CidrError::HostBits(meant)) => format!("meant {meant}"),
            Err(CidrError::NotANetwork) => "no".to_owned(),
        }
    }

    #[test]
    fn a_network_is_read_strictly_and_printed_in_one_form() {
        for (written, printed) in [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.1/32", "192.0.2.1"),
            ("192.0.2.0/24", "192.0.2.0/24"),
            ("192.0.2.7/24", "meant 192.0.2.0/24"),
            ("10.1.0.0/8", "meant 10.0.0.0/8"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("10.0.0.0/0", "meant 0.0.0.0/0"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("2001:db8:0:0:0:0:0:1", "2001:db8::1"),
            ("2001:db8::1/128", "2001:db8::1"),
            ("2001:db8::1/64", "meant 2001:db8::/64"),
            ("::/0", "::/0"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
            ("::ffff:192.0.2.7/120", "meant 192.0.2.0/24"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("::ffff:0:0/95", "no"),
            ("", "no"),
            ("localhost", "no"),
            ("192.0.2", "no"),
            ("192.0.2.01", "no"),
            ("192.0.2.0/33", "no"),
            ("192.0.2.0/", "no"),
            ("192.0.2.0/-1", "no"),
            ("192.0.2.0/+8", "no"),
            ("192.0.2.0/024", "no"),
            ("192.0.2.0/24/24", "no"),
            ("192.0.2.0/255.255.255.0", "no"),
            ("2001:db8::/129", "no"),
            ("fe80::1%eth0", "no"),
            ("[2001:db8::1]", "no"),
            (" 192.0.2.1", "no"),
        ] {
            assert_eq!(read(written), printed, "{written}");
            if printed != "no" && !printed.starts_with("meant") {
                assert_eq!(read(printed), printed, "what is printed is read as the same");
            }
        }
    }

    #[test]
    fn an_address_lies_in_a_network_to_the_last_bit() {
        for (network, address, inside) in [
            ("192.0.2.0/24", "192.0.2.0", true),
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.1.255", false),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("192.0.2.0/24", "::ffff:192.0.2.9", true),
            ("192.0.2.0/24", "::192.0.2.9", false),
            ("192.0.2.8/31", "192.0.2.9", true),
            ("192.0.2.8/31", "192.0.2.10", false),
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.0", false),
            ("128.0.0.0/1", "255.255.255.255", true),
            ("128.0.0.0/1", "127.255.255.255", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "203.0.113.9", false),
            ("::/0", "::ffff:203.0.113.9", false),
            ("2001:db8::/33", "2001:db8:7fff::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false),
            ("2001:db8::1", "2001:db8::1", true),
            ("2001:db8::1", "2001:db8::2", false),
        ] {
            let network: Cidr = network.parse().expect("the rows hold networks");
            let address: IpAddr = address.parse().expect("the rows hold addresses");
            assert_eq!(network.contains(address), inside, "{network} {address}");
        }
    }
}
