//! A network of its own for each host: a network namespace with one cable (a veth pair) to the namespace of the harness, which
//! passes packets on between them as a router does.
//!
//! A cut is a rule of the router: what comes from one host for another is dropped without a word. So each direction can be cut by
//! itself, connections stay open and hear nothing, and the harness reaches every host whatever is cut.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::Command;

/// A machine of the fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    /// Dashboard, management API and gateway listener.
    One,
    /// Only verifies.
    Two,
    /// Only verifies.
    Three,
    /// Dashboard and management API.
    Four,
    /// The database that is written.
    Primary,
    /// The one that follows it.
    Standby,
}

impl Host {
    /// All of them.
    pub const ALL: [Host; 6] = [Host::One, Host::Two, Host::Three, Host::Four, Host::Primary, Host::Standby];
    /// Those that run the product.
    pub const NODES: [Host; 4] = [Host::One, Host::Two, Host::Three, Host::Four];
    /// Those that gateways ask.
    pub const GATEWAYS: [Host; 3] = [Host::One, Host::Two, Host::Three];
    /// Those that can be asked for changes.
    pub const CONTROLS: [Host; 2] = [Host::One, Host::Four];

    /// Its name, which is the node's too.
    pub const fn name(self) -> &'static str {
        match self {
            Host::One => "one",
            Host::Two => "two",
            Host::Three => "three",
            Host::Four => "four",
            Host::Primary => "primary",
            Host::Standby => "standby",
        }
    }

    /// The host of a node.
    pub fn named(name: &str) -> Option<Host> {
        Host::ALL.into_iter().find(|host| host.name() == name)
    }

    /// Its number.
    pub const fn number(self) -> usize {
        self as usize
    }

    /// Where others reach it.
    pub const fn address(self) -> Ipv4Addr {
        Ipv4Addr::new(10, 77, self as u8 + 1, 2)
    }

    /// Its end of the cable on the router's side.
    const fn router(self) -> Ipv4Addr {
        Ipv4Addr::new(10, 77, self as u8 + 1, 1)
    }

    /// What stands for its namespace.
    pub fn namespace(self) -> PathBuf {
        PathBuf::from("/run/netns").join(self.name())
    }

    /// A program on this host.
    pub fn runs(self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--net={}", self.namespace().display())).arg("--").arg(program);
        command
    }
}

/// The router.
#[derive(Debug, Default)]
pub struct Network {
    /// How many want a direction cut.
    cuts: BTreeMap<(Host, Host), u32>,
}

impl Network {
    /// Makes all hosts, in the namespaces that the harness has for itself.
    pub fn make() -> io::Result<Self> {
        // `ip netns` keeps its namespaces here; nobody outside sees what is mounted inside.
        done(Command::new("mount").args(["-t", "tmpfs", "none", "/run"]))?;
        ip(&["link", "set", "lo", "up"])?;
        fs::write("/proc/sys/net/ipv4/ip_forward", "1")?;
        for host in Host::ALL {
            let (name, cable) = (host.name(), cable(host));
            let (own, router) = (format!("{}/30", host.address()), format!("{}/30", host.router()));
            ip(&["netns", "add", name])?;
            ip(&["link", "add", &cable, "type", "veth", "peer", "name", "eth0", "netns", name])?;
            ip(&["addr", "add", &router, "dev", &cable])?;
            ip(&["link", "set", &cable, "up"])?;
            ip(&["-n", name, "link", "set", "lo", "up"])?;
            ip(&["-n", name, "addr", "add", &own, "dev", "eth0"])?;
            ip(&["-n", name, "link", "set", "eth0", "up"])?;
            ip(&["-n", name, "route", "add", "default", "via", &host.router().to_string()])?;
        }
        Ok(Self::default())
    }

    /// Drops what one host sends to another, until it is mended as often as it was cut.
    pub fn cut(&mut self, from: Host, to: Host) -> io::Result<()> {
        let times = self.cuts.entry((from, to)).or_default();
        *times += 1;
        if *times == 1 { rule("add", from, to) } else { Ok(()) }
    }

    /// Takes back one cut.
    pub fn mend(&mut self, from: Host, to: Host) -> io::Result<()> {
        match self.cuts.get_mut(&(from, to)) {
            Some(1) => {
                self.cuts.remove(&(from, to));
                rule("del", from, to)
            }
            Some(times) => {
                *times -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Takes back all cuts.
    pub fn mend_all(&mut self) -> io::Result<()> {
        let cuts = std::mem::take(&mut self.cuts);
        cuts.into_keys().try_for_each(|(from, to)| rule("del", from, to))
    }
}

fn cable(host: Host) -> String {
    format!("to-{}", host.name())
}

fn rule(verb: &str, from: Host, to: Host) -> io::Result<()> {
    let preference = 100 + from.number() * 10 + to.number();
    let (preference, cable, to) = (preference.to_string(), cable(from), to.address().to_string());
    ip(&["rule", verb, "pref", &preference, "iif", &cable, "to", &to, "type", "blackhole"])
}

fn ip(words: &[&str]) -> io::Result<()> {
    done(Command::new("ip").args(words))
}

/// Runs a program to its end; what it complained of is the error.
pub fn done(command: &mut Command) -> io::Result<()> {
    let output = command.output().map_err(|error| {
        io::Error::other(format!("{} cannot be started: {error}", command.get_program().display()))
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!("{command:?}: {}", said.trim())))
}
