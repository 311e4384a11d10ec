//! Letters on their way while a provider is slow or gone.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use domain::{Actor, AuditEntry, BrandId, Decision, Letter, LetterKind, Mobile, Recipient, seeded};

use super::{BRANDS, Story};
use crate::config::{Config, Flags, Sms};
use crate::post::{Post, Senders, Settled};

/// A provider that keeps every caller waiting until the test answers them.
fn slow_provider() -> (u16, Receiver<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let port = listener.local_addr().expect("it is bound").port();
    let (callers, waiting) = channel();
    std::thread::spawn(move || {
        for caller in listener.incoming() {
            if callers.send(caller.expect("a caller")).is_err() {
                return;
            }
        }
    });
    (port, waiting)
}

/// The next caller, who calls at once or not at all.
fn next(waiting: &Receiver<TcpStream>) -> TcpStream {
    waiting.recv_timeout(Duration::from_secs(20)).expect("somebody calls")
}

fn answer(mut caller: TcpStream) {
    // Whoever is answered before having asked would think the line was cut.
    let _ = caller.read(&mut [0; 4096]);
    caller.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").expect("the caller waits");
}

fn by_http(port: u16) -> Sms {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("keystead.toml");
    let body = "{\"to\":\"{to}\",\"text\":\"{text}\"}";
    let sms = format!("[sms]\nprovider = \"http\"\nurl = \"http://127.0.0.1:{port}/\"\nbody = '{body}'\n");
    std::fs::write(&path, sms + BRANDS).expect("the folder is ours");
    Config::load(Some(&path), &[], Flags::default()).expect("right settings").sms
}

async fn story(port: u16) -> (Story, Post) {
    let story = Story::configured(|config| {
        config.brands.truncate(1);
        config.sms = by_http(port);
    })
    .await;
    story.letters_leave().await;
    let senders = Senders::new(&story.app.config).expect("the settings are right");
    let post = Post::new(&story.app, senders);
    (story, post)
}

/// Owes so many letters of one channel.
async fn owe(story: &Story, to: &Recipient, count: u64, seed: u64) {
    let actor = Actor::Operator { name: "ops".to_owned(), origin: String::new() };
    let now = story.app.now();
    let mut decision = Decision::new(AuditEntry::by(&actor, "thing.done", None, "a thing", now));
    let brand = BrandId::new("razorpay", "IN").expect("the sample's first brand");
    for n in 0..count {
        let kind = LetterKind::MobileChanged { number: Mobile::from_stored("+919876543211".to_owned()) };
        decision.letter(Letter::new(&brand, to.clone(), kind, now, &mut seeded(seed + n)));
    }
    let engine = &story.app.engine;
    engine.store().commit(decision, &engine.peppers()).await.expect("written");
}

fn sms() -> Recipient {
    Recipient::Sms(Mobile::from_stored("+919876543210".to_owned()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_provider_of_text_messages_holds_up_no_email() {
    let (port, waiting) = slow_provider();
    let (story, mut post) = story(port).await;
    owe(&story, &sms(), 20, 100).await;
    owe(&story, &Recipient::Email("a@shop.example".to_owned()), 3, 200).await;
    let mut left = 0;
    while left < 3 {
        post.take_up_once().await.expect("readable");
        assert_eq!(post.next().await, Some(Settled::Left), "an e-mail: nobody has answered a text message");
        left += 1;
    }
    for _ in 0..8 {
        answer(next(&waiting));
    }
    assert_eq!(post.next().await, Some(Settled::Left));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_slow_letter_holds_up_no_other() {
    let (port, waiting) = slow_provider();
    let (story, mut post) = story(port).await;
    owe(&story, &sms(), 1, 100).await;
    post.take_up_once().await.expect("readable");
    let slow = next(&waiting);
    owe(&story, &sms(), 1, 200).await;
    post.take_up_once().await.expect("readable");
    // The second has called meanwhile, and the first not again.
    answer(next(&waiting));
    assert_eq!(post.next().await, Some(Settled::Left));
    answer(slow);
    assert_eq!(post.next().await, Some(Settled::Left));
    assert_eq!(post.next().await, None);
    post.take_up_once().await.expect("readable");
    assert!(post.is_empty(), "each left once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_is_not_called_by_more_than_eight_at_once() {
    let (port, waiting) = slow_provider();
    let (story, mut post) = story(port).await;
    owe(&story, &sms(), 9, 100).await;
    post.take_up_once().await.expect("readable");
    post.take_up_once().await.expect("readable");
    let mut callers: Vec<_> = (0..8).map(|_| next(&waiting)).collect();
    answer(callers.remove(0));
    assert_eq!(post.next().await, Some(Settled::Left));
    assert!(waiting.try_recv().is_err(), "nobody else calls before there is a place");
    post.take_up_once().await.expect("readable");
    callers.push(next(&waiting));
    callers.into_iter().for_each(answer);
    for _ in 0..8 {
        assert_eq!(post.next().await, Some(Settled::Left));
    }
}
