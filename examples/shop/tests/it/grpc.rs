//! The same layer around a service of tonic, asked by a client of tonic.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::task::{Context, Poll};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use keystead_verify::layer::{Caller, VerifyLayer};
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::codegen::http::{Request as HttpRequest, Response as HttpResponse};
use tonic::server::{NamedService, UnaryService};
use tonic::transport::{Channel, Server};
use tonic::{Code, Request, Response, Status};
use tonic_prost::ProstCodec;

use crate::world::{Held, Story, within};

const ACCOUNT: &str = "account";

/// A service with one call that says whom it serves.
#[derive(Clone)]
struct Shop;

impl NamedService for Shop {
    const NAME: &'static str = "example.Shop";
}

impl Service<HttpRequest<Body>> for Shop {
    type Response = HttpResponse<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequest<Body>) -> Self::Future {
        Box::pin(async move {
            let codec: ProstCodec<(), ()> = ProstCodec::default();
            Ok(tonic::server::Grpc::new(codec).unary(WhoAmI, request).await)
        })
    }
}

struct WhoAmI;

impl UnaryService<()> for WhoAmI {
    type Response = ();
    type Future = Ready<Result<Response<()>, Status>>;

    fn call(&mut self, request: Request<()>) -> Self::Future {
        assert!(request.metadata().get("authorization").is_none(), "the secret ends at the layer");
        let caller = request.extensions().get::<Caller>().expect("the layer says whom it serves");
        let mut answer = Response::new(());
        let account = caller.account.as_str().parse().expect("ids are ASCII");
        answer.metadata_mut().insert(ACCOUNT, account);
        ready(Ok(answer))
    }
}

async fn asks(channel: &Channel, held: Option<(&str, &str)>) -> Result<String, Status> {
    let mut request = Request::new(());
    if let Some((id, secret)) = held {
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")));
        request.metadata_mut().insert("authorization", basic.parse().expect("base64 is ASCII"));
    }
    let mut client = tonic::client::Grpc::new(channel.clone());
    client.ready().await.expect("a server that listens");
    let path = PathAndQuery::from_static("/example.Shop/WhoAmI");
    let codec: ProstCodec<(), ()> = ProstCodec::default();
    let answer = client.unary(request, path, codec).await?;
    Ok(answer.metadata().get(ACCOUNT).expect("it says whom it served").to_str().expect("text").to_owned())
}

async fn with(channel: &Channel, held: &Held) -> Result<String, Code> {
    let answer = asks(channel, Some((held.key_id.as_str(), &held.secret))).await;
    answer.map_err(|status| status.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_of_tonic_is_reached_with_a_good_key_and_others_hear_a_status_of_grpc() {
    let story = Story::begins().await;
    within(story.follower.loaded()).await;
    let held = story.generates("First").await;
    story.catches_up().await;

    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("its address");
    drop(listener);
    let layer = VerifyLayer::new(story.follower.clone());
    tokio::spawn(Server::builder().layer(layer).add_service(Shop).serve(address));
    let endpoint = Channel::from_shared(format!("http://{address}")).expect("an address");
    let channel = within(async {
        loop {
            match endpoint.connect().await {
                Ok(channel) => break channel,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    })
    .await;

    assert_eq!(with(&channel, &held).await.as_deref(), Ok(story.account.as_str()));
    let missing = asks(&channel, None).await.expect_err("no credentials");
    assert_eq!(missing.code(), Code::Unauthenticated);
    assert_eq!(missing.message(), "Please provide your api key for authentication purposes");
    let wrong = asks(&channel, Some((held.key_id.as_str(), "wrongwrongwrongwrongwron"))).await;
    let wrong = wrong.expect_err("a wrong secret");
    assert_eq!((wrong.code(), wrong.message()), (Code::Unauthenticated, "Authentication failed"));

    story.deactivates(&held).await;
    story.catches_up().await;
    assert_eq!(with(&channel, &held).await, Err(Code::Unauthenticated));
    story.server.expect("it runs").stop().await;
    story.clock.advance(domain::DAY);
    assert_eq!(with(&channel, &held).await, Err(Code::Unavailable), "it cannot say");
}
