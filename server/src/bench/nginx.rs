//! nginx, in one process on the servers' core: the yardstick that answers 204 without looking, or a gateway that asks
//! somebody else with `auth_request` before it serves a small file.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use super::SERVER_CORE;
use super::watch::pin;

/// What it does with a request.
#[derive(Clone, Copy)]
pub(super) enum Site {
    /// Answers 204.
    Empty,
    /// Asks there first, then serves a file of two bytes.
    Asks(SocketAddr),
}

pub(super) struct Nginx {
    pub(super) address: SocketAddr,
    process: Child,
    folder: PathBuf,
}

impl Nginx {
    pub(super) fn start(nginx: &Path, site: Site) -> io::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let folder =
            std::env::temp_dir().join(format!("keystead-bench-{}-{}", std::process::id(), address.port()));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("page"), "ok")?;
        fs::write(folder.join("nginx.conf"), configuration(address, site, &folder))?;
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

fn configuration(address: SocketAddr, site: Site, folder: &Path) -> String {
    let upstream = match site {
        Site::Empty => String::new(),
        Site::Asks(asked) => {
            format!("upstream asked {{ server {asked}; keepalive 64; keepalive_requests 1000000000; }}")
        }
    };
    let answers = match site {
        Site::Empty => "return 204;".to_owned(),
        // As integrations/nginx has it, without what only serves people.
        Site::Asks(_) => format!(
            "root {};
        open_file_cache max=10 inactive=1h;
        location / {{ auth_request /_asked; try_files /page =404; }}
        location = /_asked {{
            internal;
            proxy_pass http://asked/v1/authenticate;
            proxy_pass_request_body off;
            proxy_set_header Content-Length \"\";
            proxy_http_version 1.1;
            proxy_set_header Connection \"\";
        }}",
            folder.display()
        ),
    };
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
    {upstream}
    server {{
        listen {address};
        {answers}
    }}
}}
"
    )
}
