//! Gateways: they ask every node about pairs, at a steady rate, whatever the answers are. Most questions are about pairs that were
//! shown or changed a moment ago, which is where a node can be wrong.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine as _;
use clap::ValueEnum;
use keystead_tests::caller::Pair;
use parking_lot::RwLock;

use crate::dice::Dice;
use crate::history::{Asked, Presented, Said};
use crate::line::Line;
use crate::moments::{self, Moment, SECOND};
use crate::network::Host;

/// Gateways of one node.
const EACH: usize = 2;
/// How many of the newest cards most questions are about.
const NEWEST: usize = 24;
/// The gateway listener's port on every host.
pub const GATEWAY: u16 = 8081;
/// Whoever is further behind than this leaves questions out.
const BEHIND: Moment = SECOND / 10;

/// A pair as gateways present it.
#[derive(Debug)]
struct Card {
    pair: usize,
    right: String,
    wrong: String,
    unknown: String,
    /// A bit for each node that has refused it.
    refused_by: AtomicUsize,
}

/// All pairs that gateways know of.
#[derive(Debug, Default)]
pub struct Deck {
    all: Vec<Arc<Card>>,
    /// Those that something happened to, in that order, the last ones last.
    newest: Vec<Arc<Card>>,
    /// The one that most questions are about, if somebody says so.
    watched: Option<Arc<Card>>,
}

impl Deck {
    /// A pair that was shown.
    pub fn adds(&mut self, number: usize, pair: &Pair) {
        let card = Arc::new(Card {
            pair: number,
            right: basic(pair),
            wrong: basic(&pair.with_a_wrong_secret()),
            unknown: basic(&pair.with_an_unknown_id()),
            refused_by: AtomicUsize::new(0),
        });
        self.all.push(card.clone());
        self.touched(card);
    }

    /// Something is about to happen to a pair.
    pub fn touches(&mut self, number: usize) {
        if let Some(card) = self.all.iter().rfind(|card| card.pair == number).cloned() {
            self.touched(card);
        }
    }

    /// Half of all questions are about this pair from now on.
    pub fn watches(&mut self, number: usize) {
        self.watched = self.all.iter().rfind(|card| card.pair == number).cloned();
    }

    /// Whether the pair that is watched was refused by all of these nodes.
    pub fn is_refused_by(&self, hosts: &[Host]) -> bool {
        let refused_by = self.watched.as_ref().map_or(0, |card| card.refused_by.load(Ordering::SeqCst));
        hosts.iter().all(|host| refused_by & (1 << host.number()) != 0)
    }

    fn touched(&mut self, card: Arc<Card>) {
        if NEWEST <= self.newest.len() {
            self.newest.remove(0);
        }
        self.newest.push(card);
    }

    fn draw(&self, dice: &mut Dice) -> Option<(Arc<Card>, Presented)> {
        if self.all.is_empty() {
            return None;
        }
        if let Some(watched) = self.watched.as_ref().filter(|_| dice.below(2) == 0) {
            return Some((watched.clone(), Presented::Right));
        }
        let any = |dice: &mut Dice| self.all[dice.below(self.all.len() as u64) as usize].clone();
        Some(match dice.below(100) {
            0..50 => (self.newest[dice.below(self.newest.len() as u64) as usize].clone(), Presented::Right),
            50..85 => (any(dice), Presented::Right),
            85..94 => (any(dice), Presented::WrongSecret),
            _ => (any(dice), Presented::UnknownId),
        })
    }

    /// How to present a pair.
    pub fn presents(&self, number: usize) -> Option<String> {
        self.all.iter().rfind(|card| card.pair == number).map(|card| card.right.clone())
    }
}

fn basic(pair: &Pair) -> String {
    base64::prelude::BASE64_STANDARD.encode(format!("{}:{}", pair.key_id, pair.secret))
}

/// Something that is wrong on purpose, to see that it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Wrong {
    /// Somebody has put a cache between the gateways of node three and the node: an answer that was given once is given for ever.
    Cache,
    /// The standby hears nothing of what is acknowledged shortly before it takes over.
    Loss,
}

/// Gateways that ask.
pub struct Load {
    stopping: Arc<AtomicBool>,
    asking: Vec<JoinHandle<Vec<Asked>>>,
}

impl Load {
    /// Asks the nodes of `hosts`, `rate` questions a second in all.
    pub fn begin(
        hosts: &[Host],
        rate: u64,
        seed: u64,
        deck: &Arc<RwLock<Deck>>,
        wrong: Option<Wrong>,
    ) -> Self {
        let stopping = Arc::new(AtomicBool::new(false));
        let gateways = hosts.len() * EACH;
        let every = SECOND * gateways as Moment / rate.max(1) as Moment;
        let asking = (0..gateways).map(|number| {
            let host = hosts[number % hosts.len()];
            let gateway = Gateway {
                node: host.number(),
                line: Line::to(SocketAddr::from((host.address(), GATEWAY))),
                dice: Dice::of(seed ^ ((number as u64 + 1) << 32)),
                deck: deck.clone(),
                remembered: (wrong == Some(Wrong::Cache) && host == Host::Three).then(BTreeMap::new),
            };
            let stopping = stopping.clone();
            // They do not all ask in the same moment.
            let begin = moments::now() + every * number as Moment / gateways as Moment;
            std::thread::spawn(move || gateway.ask(begin, every, &stopping))
        });
        Self { asking: asking.collect(), stopping }
    }

    /// Stops asking; everything that was asked, in no order.
    pub fn stop(self) -> Vec<Asked> {
        self.stopping.store(true, Ordering::SeqCst);
        let asked = self.asking.into_iter().map(|gateway| gateway.join().expect("a gateway does not panic"));
        asked.flatten().collect()
    }
}

struct Gateway {
    node: usize,
    line: Line,
    dice: Dice,
    deck: Arc<RwLock<Deck>>,
    /// First answers, where somebody remembers them.
    remembered: Option<BTreeMap<String, Said>>,
}

impl Gateway {
    fn ask(mut self, begin: Moment, every: Moment, stopping: &AtomicBool) -> Vec<Asked> {
        let (mut asked, mut due) = (Vec::new(), begin);
        while !stopping.load(Ordering::SeqCst) {
            let now = moments::now();
            if now < due {
                std::thread::sleep(Duration::from_micros((due - now) as u64));
            } else if BEHIND < now - due {
                due = now;
            }
            due += every;
            let drawn = self.deck.read().draw(&mut self.dice);
            let Some((card, presented)) = drawn else { continue };
            let basic = match presented {
                Presented::Right => &card.right,
                Presented::WrongSecret => &card.wrong,
                Presented::UnknownId => &card.unknown,
            };
            let at = moments::now();
            let said = match self.remembered.as_ref().and_then(|remembered| remembered.get(basic)) {
                Some(said) => *said,
                None => self.line.asks(basic),
            };
            if let (Some(remembered), Said::Granted | Said::Refused) = (&mut self.remembered, said) {
                remembered.insert(basic.clone(), said);
            }
            if said == Said::Refused && presented == Presented::Right {
                card.refused_by.fetch_or(1 << self.node, Ordering::SeqCst);
            }
            asked.push(Asked {
                at,
                answered: moments::now(),
                node: self.node,
                pair: card.pair,
                presented,
                said,
            });
        }
        asked
    }
}
