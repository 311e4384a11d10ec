//! The empty server: plain hyper that answers 204 without looking, on one thread. What a gateway's question costs before
//! anybody thinks about it.

use std::convert::Infallible;
use std::io::{self, Read, Write};
use std::net::SocketAddr;

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::watch::pin_to;

/// Says where it listens and answers until its input ends.
pub fn empty_child(cores: &[usize], out: &mut dyn Write, input: &mut dyn Read) -> io::Result<()> {
    pin_to(cores)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let listener = runtime.block_on(TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))))?;
    writeln!(out, "{}", listener.local_addr()?)?;
    out.flush()?;
    let answering = std::thread::Builder::new().name("empty".to_owned());
    answering.spawn(move || runtime.block_on(answer(listener)))?;
    // The process ends with this function, and the thread with it.
    io::copy(input, &mut io::sink()).map(|_| ())
}

async fn answer(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let nothing = service_fn(|_| async {
            let mut answer = Response::new(Empty::<Bytes>::new());
            *answer.status_mut() = StatusCode::NO_CONTENT;
            Ok::<_, Infallible>(answer)
        });
        // The same options as hyper's quickest: no time-outs, no list of pieces for the kernel.
        let connection = http1::Builder::new().writev(false).serve_connection(TokioIo::new(stream), nothing);
        tokio::spawn(connection);
    }
}
