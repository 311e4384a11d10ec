//! The service manager that started this program, if one did and wants to hear of it: how far loading is, from when on everybody is
//! answered, and that stopping has begun.
//!
//! One datagram each to the socket that it named, as sd_notify(3) describes. Nobody waits for it and nothing rests on it: a
//! datagram that cannot be sent is dropped.

use std::ffi::{OsStr, OsString};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Names the socket; an `@` in front means that it is in no folder.
const SOCKET: &str = "NOTIFY_SOCKET";
/// As long as loading goes on, the end of the time for a start is put off by this much.
const MORE_TIME_US: u64 = 60_000_000;

/// Whoever started this program; perhaps nobody who listens.
#[derive(Debug)]
pub struct ServiceManager {
    /// `None`: nobody wants to hear.
    told_at: Option<(UnixDatagram, SocketAddr)>,
}

impl ServiceManager {
    /// The one that the environment names.
    pub fn of_environment() -> Self {
        Self::at(std::env::var_os(SOCKET))
    }

    fn at(name: Option<OsString>) -> Self {
        let told_at = name.and_then(|name| {
            let socket = UnixDatagram::unbound().ok()?;
            // A manager that does not read must not hold anything up.
            socket.set_nonblocking(true).ok()?;
            Some((socket, address(&name)?))
        });
        Self { told_at }
    }

    /// So much of what there is has been loaded. However long that takes, it is no reason to give up.
    pub fn loading(&self, loaded: usize, total: usize) {
        self.tell(&format!("STATUS=Loading keys: {loaded} of {total}\nEXTEND_TIMEOUT_USEC={MORE_TIME_US}"));
    }

    /// Every listener answers. Whether this process may vouch is for `/readyz` to say: a database that is away is no reason to
    /// start it again.
    pub fn ready(&self, serving: &str) {
        self.tell(&format!("READY=1\nSTATUS={serving}"));
    }

    /// Nobody new is answered; what is under way is finished.
    pub fn stopping(&self) {
        self.tell("STOPPING=1\nSTATUS=Stopping");
    }

    fn tell(&self, what: &str) {
        if let Some((socket, address)) = &self.told_at {
            // Nothing rests on it.
            let _ = socket.send_to_addr(what.as_bytes(), address);
        }
    }
}

fn address(name: &OsStr) -> Option<SocketAddr> {
    match name.as_bytes() {
        [b'/', ..] => SocketAddr::from_pathname(name).ok(),
        [b'@', in_no_folder @ ..] => SocketAddr::from_abstract_name(in_no_folder).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(socket: &UnixDatagram) -> String {
        let mut bytes = [0; 256];
        let length = socket.recv(&mut bytes).expect("something was told");
        String::from_utf8(bytes[..length].to_vec()).expect("text")
    }

    #[test]
    fn a_service_manager_hears_of_loading_of_being_ready_and_of_stopping() {
        let folder = tempfile::tempdir().expect("room for a folder");
        let path = folder.path().join("notify");
        let in_a_folder = UnixDatagram::bind(&path).expect("a socket");
        let name = format!("keystead-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).expect("a name");
        let in_no_folder = UnixDatagram::bind_addr(&address).expect("a socket");
        for (socket, name) in
            [(in_a_folder, path.into_os_string()), (in_no_folder, format!("@{name}").into())]
        {
            let manager = ServiceManager::at(Some(name));
            manager.loading(10, 200);
            manager.ready("everywhere");
            manager.stopping();
            let told = heard(&socket);
            assert_eq!(told, "STATUS=Loading keys: 10 of 200\nEXTEND_TIMEOUT_USEC=60000000");
            assert_eq!(heard(&socket), "READY=1\nSTATUS=everywhere");
            assert_eq!(heard(&socket), "STOPPING=1\nSTATUS=Stopping");
        }
    }

    #[test]
    fn where_nobody_listens_nobody_is_told_and_nothing_fails() {
        for name in [None, Some(""), Some("relative"), Some("/nowhere/at/all"), Some("@nobody-listens-here")]
        {
            let manager = ServiceManager::at(name.map(OsString::from));
            manager.ready("everywhere");
            manager.stopping();
        }
    }
}
