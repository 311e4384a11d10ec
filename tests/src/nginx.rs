//! nginx, in one process.

use crate::gateway::Says;

pub(crate) const SAYS: Says = Says {
    folder: "nginx",
    files: &["keystead.conf", "keystead-protect.conf", "keystead-open.conf"],
    listens: "listen 80;",
    listens_at: |address| format!("listen {address};"),
    asks_as_envoy: false,
    place: |address| address.to_string(),
    own: |_| Vec::new(),
    program: ("KEYSTEAD_TEST_NGINX", "nginx"),
    arguments: &["-p", ".", "-c", "nginx.conf", "-e", "error.log"],
    around: &[("nginx.conf", MAIN)],
};

const MAIN: &str = "
daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include keystead.conf;
}
";
