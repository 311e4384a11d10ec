//! An empty tonic server: answers every Check with yes and looks at nothing. What `keystead bench ext-authz` measures beside our
//! own listener. It says where it listens, and ends when its input does.

use std::io::{self, Write as _};

use envoy_types::pb::envoy::service::auth::v3::authorization_server::{Authorization, AuthorizationServer};
use envoy_types::pb::envoy::service::auth::v3::{CheckRequest, CheckResponse};
use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

struct Yes;

#[tonic::async_trait]
impl Authorization for Yes {
    async fn check(&self, _: Request<CheckRequest>) -> Result<Response<CheckResponse>, Status> {
        Ok(Response::new(CheckResponse { status: Some(Default::default()), ..CheckResponse::default() }))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(io::stdout(), "{} 0", listener.local_addr()?)?;
    let callers = TcpIncoming::from(listener).with_nodelay(Some(true));
    let input_ends = async {
        let _ = tokio::io::copy(&mut tokio::io::stdin(), &mut tokio::io::sink()).await;
    };
    Server::builder()
        .add_service(AuthorizationServer::new(Yes))
        .serve_with_incoming_shutdown(callers, input_ends)
        .await?;
    Ok(())
}
