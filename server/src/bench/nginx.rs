//! The yardstick: an nginx that parses a request and answers 204, in one process on the servers' core.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use super::SERVER_CORE;
use super::watch::pin;

pub(super) struct Nginx {
    pub(super) address: SocketAddr,
    process: Child,
    folder: PathBuf,
}

impl Nginx {
    pub(super) fn start(nginx: &Path) -> io::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let folder = std::env::temp_dir().join(format!("keystead-bench-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("nginx.conf"), configuration(address))?;
        // What a thread starts inherits its core.
        pin(SERVER_CORE)?;
        let process = Command::new(nginx)
            .arg("-p")
            .arg(&folder)
            .args(["-c", "nginx.conf", "-e", "error.log"])
            .spawn()
            .map_err(|failure| io::Error::new(failure.kind(), format!("{}: {failure}", nginx.display())))?;
        let mut nginx = Self { address, process, folder };
        nginx.wait()?;
        Ok(nginx)
    }

    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }

    fn wait(&mut self) -> io::Result<()> {
        while TcpStream::connect(self.address).is_err() {
            if let Some(status) = self.process.try_wait()? {
                return Err(io::Error::other(format!("nginx ended with {status}")));
            }
            std::thread::yield_now();
        }
        Ok(())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // The folder is in the temporary directory and the process is ours: what fails here harms nobody.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn configuration(address: SocketAddr) -> String {
    format!(
        "daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {{
        listen {address};
        return 204;
    }}
}}
"
    )
}
