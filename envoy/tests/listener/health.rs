//! Envoy's active health checks.

use hyper::StatusCode;
use keystead_envoy::Settings;

use crate::raw::{Caller, framed};
use crate::site::Site;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_health_check_says_whether_this_process_may_vouch() {
    let site = Site::not_ready(Settings { threads: 1, ..Settings::default() });
    let mut caller = Caller::to(&site).await;
    let path = "/grpc.health.v1.Health/Check";
    let not_serving = caller.calls(path, framed(&[])).await;
    assert_eq!((not_serving.http, not_serving.status()), (StatusCode::OK, "0"));
    assert_eq!(not_serving.body, framed(&[0x08, 2]));
    site.becomes_ready();
    assert_eq!(caller.calls(path, framed(&[])).await.body, framed(&[0x08, 1]));
}
