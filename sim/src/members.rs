//! Members: admins who change keys through their session, with a code by SMS in between, and try it in parallel on
//! several nodes.

use std::sync::Arc;

use domain::{KeyRef, OldPair, Purpose, Refusal, RegenerateRequest, Token};
use engine::{Enclosed, EngineError, View};
use store::LetterFate;
use tokio::sync::oneshot;

use crate::commands::{Reply, ends_from, reply};
use crate::fleet::Fleet;
use crate::guards::Guard;
use crate::node::Node;
use crate::population::Person;
use crate::recorder::{Told, Violation};
use crate::turns::{Moment, first};

/// How long a member waits for everything they sent at once.
const WAITS: i64 = 12_000;
/// Wrong codes a round; few enough that nobody is locked.
const WRONG: u32 = 3;

/// Works on the keys of their account until a moment.
pub async fn member(fleet: Arc<Fleet>, mut person: Person, shop: usize, end: Moment) {
    let turns = fleet.turns.clone();
    loop {
        turns.after(turns.between(4_000, 12_000)).await;
        if end <= turns.now() {
            return;
        }
        let keys = fleet.recorder.lock().keys(|pair| pair.shop == shop);
        let strange = fleet.recorder.lock().keys(|pair| pair.shop != shop);
        let Some(key) = turns.pick(&keys).copied() else { continue };
        let mode = fleet.mode_of(&key);
        let purpose = Purpose::Regenerate { key, mode };
        let Some(view) = fleet.knocks(&mut person).await else { continue };
        if let Some(strange) = turns.pick(&strange) {
            fleet.reaches_across(&person, &view, *strange).await;
        }
        let Some((challenge, code)) = fleet.asks(&view, purpose).await else { continue };
        if fleet.answers(&mut person, &view, purpose, &challenge, &code).await {
            fleet.regenerates(&person, shop, key, &challenge).await;
        }
    }
}

impl Fleet {
    fn mode_of(&self, key: &KeyRef) -> domain::Mode {
        let recorder = self.recorder.lock();
        recorder
            .pairs
            .iter()
            .find(|pair| pair.key == *key)
            .map(|pair| pair.mode)
            .expect("a key that was seen")
    }

    /// Lets a node work on something for a member. `None`: no answer came.
    async fn at<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
        &self,
        node: Node,
        work: impl FnOnce(Node) -> F,
    ) -> Option<T> {
        let (tell, told) = oneshot::channel();
        let work = work(node.clone());
        self.turns.spawn(Some(node.process), async move {
            let _ = tell.send(work.await);
        });
        first(told, self.turns.after(WAITS)).await?.ok()
    }

    /// Shows the cookie under the brand's host, and before that under another brand's.
    async fn knocks(&self, person: &mut Person) -> Option<View> {
        let node = self.any_node()?;
        let now = self.wall(node.process.node);
        let token = Token::parse(&person.cookie).expect("a cookie was made from a token");
        let brand = person.brand.clone();
        let mut strange =
            self.population.rules.brands.iter().map(|known| &known.id).find(|id| **id != brand)?.clone();
        if self.sea.off == Some(Guard::SessionIsOfTheHost) {
            strange = brand.clone();
        }
        let (crossed, view) = self
            .at(node, |node| async move {
                let crossed = node.engine.view(&token, &strange, now).await.is_ok();
                (crossed, node.engine.view(&token, &brand, now).await)
            })
            .await?;
        if crossed {
            let what = format!("{} is logged in under another brand's host", person.name);
            self.recorder.lock().violations.push(Violation { invariant: "g11_nothing_crosses", what });
        }
        view.ok()
    }

    /// Tries to regenerate another account's key.
    async fn reaches_across(&self, person: &Person, view: &View, key: KeyRef) {
        let Some(node) = self.any_node() else { return };
        let (now, mut rng, view) = (self.wall(node.process.node), self.turns.source(), view.clone());
        let request = RegenerateRequest { old: OldPair::Now, expected_current: None, end_retiring: false };
        let done = self.at(node, |node| async move {
            node.engine.regenerate(&view, &key, &request, None, now, &mut rng).await.is_ok()
        });
        if done.await == Some(true) {
            let what = format!("{} regenerated another account's key", person.name);
            self.recorder.lock().violations.push(Violation { invariant: "g11_nothing_crosses", what });
        }
    }

    /// Asks for a code and reads the SMS.
    async fn asks(&self, view: &View, purpose: Purpose) -> Option<(String, String)> {
        let node = self.any_node()?;
        let (now, mut rng, view) = (self.wall(node.process.node), self.turns.source(), view.clone());
        let asked = self.at(node, |node| async move { node.engine.ask(&view, purpose, now, &mut rng).await });
        let challenge = asked.await?.ok()?;
        self.sea.tell(format_args!("a code is sent"));
        let post = self.population.outside(self.sea.database());
        let mut code = None;
        loop {
            let owed = post.owed_letters(now).await.ok()?;
            if owed.is_empty() {
                return Some((challenge.id.to_string(), code?));
            }
            let fates = owed.iter().map(|owed| (owed.letter.id, LetterFate::Sent { at: now })).collect();
            for one in &owed {
                if let Enclosed::Code(sent) = &one.enclosed {
                    code = Some(sent.reveal().to_owned());
                }
            }
            post.settle_letters(fates).await.ok()?;
        }
    }

    /// Types wrong codes and then, perhaps, the right one, all at once on whatever nodes there are. True when the right one was.
    async fn answers(
        self: &Arc<Self>,
        person: &mut Person,
        view: &View,
        purpose: Purpose,
        challenge: &str,
        code: &str,
    ) -> bool {
        let right: u32 = code.parse().expect("a code is six digits");
        let wrong = (0..self.turns.below(u64::from(WRONG) + 1) as u32)
            .map(|nth| format!("{:06}", (right + 1 + nth) % 1_000_000))
            .collect::<Vec<_>>();
        let mut pending = Vec::new();
        for typed in wrong.iter().map(String::as_str).chain([code, code]) {
            let Some(node) = self.any_node() else { continue };
            let (now, mut rng) = (self.wall(node.process.node), self.turns.source());
            let (view, typed, fleet, challenge) =
                (view.clone(), typed.to_owned(), self.clone(), challenge.to_owned());
            let (tell, told) = oneshot::channel();
            self.turns.spawn(Some(node.process), async move {
                let outcome = node.engine.answer(&view, &purpose, &typed, now, &mut rng).await;
                fleet.hears_answer(node.process.node, &challenge, &outcome);
                let _ = tell.send(outcome.ok());
            });
            pending.push(told);
        }
        let patience = self.turns.now() + WAITS;
        let mut right = false;
        for told in pending {
            if let Some(Ok(Some(token))) = first(told, self.turns.until(patience)).await {
                token.reveal().clone_into(&mut person.cookie);
                right = true;
            }
        }
        right
    }

    fn hears_answer(&self, node: usize, challenge: &str, outcome: &Result<Token, EngineError>) {
        let mut recorder = self.recorder.lock();
        let quiz = recorder.quiz(challenge);
        let said = match outcome {
            Ok(_) => {
                quiz.right += 1;
                "right".to_owned()
            }
            Err(EngineError::Refused(Refusal::WrongCode { tries_left })) => {
                quiz.left.push(*tries_left);
                format!("wrong, {tries_left} tries left")
            }
            Err(other) => format!("{other}"),
        };
        self.sea.tell(format_args!("n{node} says of a code: {said}"));
    }

    /// Does what the code granted, on two nodes at once.
    async fn regenerates(self: &Arc<Self>, person: &Person, shop: usize, key: KeyRef, challenge: &str) {
        let request = RegenerateRequest { old: OldPair::Now, expected_current: None, end_retiring: false };
        for _ in 0..2 {
            let Some(node) = self.any_node() else { return };
            let fleet = self.clone();
            let (name, session, challenge) = (person.name.clone(), person.session, challenge.to_owned());
            self.turns.spawn(None, async move {
                let (now, mut rng, by) =
                    (fleet.wall(node.process.node), fleet.turns.source(), node.process.node);
                let command = {
                    let mut recorder = fleet.recorder.lock();
                    let command = recorder.sends(name, "regenerate as a member".to_owned(), true);
                    recorder.may_end(command, key, None, ends_from(&request, fleet.turns.now()));
                    command
                };
                let done = fleet.at(node, |node| async move {
                    let session = node.engine.store().session(&session).await?.ok_or(Refusal::LogInFirst)?;
                    let view = node.engine.store().member_view(session).await?.ok_or(Refusal::LogInFirst)?;
                    node.engine.regenerate(&view, &key, &request, None, now, &mut rng).await
                });
                match done.await.map_or(Reply::Unknown, reply) {
                    Reply::Done(replaced) => {
                        fleet.recorder.lock().quiz(&challenge).granted += 1;
                        fleet.sea.tell(format_args!("a member is told by n{by}: regenerated"));
                        fleet.recorder.lock().settles(command, Told::Done);
                        fleet.told_replaced(command, shop, by, &request, replaced, now);
                    }
                    Reply::NotDone => fleet.recorder.lock().settles(command, Told::NotDone),
                    Reply::Unknown => {}
                }
            });
        }
    }
}
