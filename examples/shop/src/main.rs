//! Starts the shop. `KEYSTEAD_URL` names the server to follow, `KEYSTEAD_FOLLOWER_TOKEN_FILE` a file with the token that
//! `keystead follower add` printed, `SHOP_LISTEN` where to listen.

use std::error::Error;

use keystead_verify::follow::Follower;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let setting = |name: &str, otherwise: &str| std::env::var(name).unwrap_or_else(|_| otherwise.to_owned());
    let token = std::fs::read_to_string(setting("KEYSTEAD_FOLLOWER_TOKEN_FILE", "follower-token"))?;
    let follower = Follower::builder(&setting("KEYSTEAD_URL", "http://127.0.0.1:8080"), &token).start()?;

    // Listening at once is fine: until everything is loaded, requests hear 503 and `/healthz` says why.
    let listener = TcpListener::bind(setting("SHOP_LISTEN", "127.0.0.1:3000")).await?;
    let stop = async {
        // Without a way to be told, it runs until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    axum::serve(listener, keystead_example_shop::router(follower)).with_graceful_shutdown(stop).await?;
    Ok(())
}
