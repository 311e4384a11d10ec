//! The fleet: nodes around one database, their clocks and folders, and the recorder that watches them.

use std::sync::Arc;

use domain::{KeyId, Mode, Timestamp};
use parking_lot::Mutex;
use verify::Credentials;

use crate::cable::Sea;
use crate::clocks::{Clocks, at_most};
use crate::guards::Guard;
use crate::journal::Notebook;
use crate::node::{Kept, Node, Said};
use crate::population::{Population, Shop, VOUCH_MS};
use crate::recorder::{Asked, Recorder};
use crate::turns::{Moment, Process, Turns};

/// How far a wall clock is off, at most.
pub const AHEAD_MAX: i64 = 900;

/// A machine of the fleet.
struct Machine {
    node: Option<Node>,
    clocks: Clocks,
    life: u32,
    kept: Option<Kept>,
    journal: Arc<Notebook>,
    /// When the last good reading of the feed began.
    read: Option<Moment>,
}

/// Nodes around one database.
pub struct Fleet {
    /// What lies between them.
    pub sea: Arc<Sea>,
    /// Whose turn it is.
    pub turns: Arc<Turns>,
    /// Who is there.
    pub population: Arc<Population>,
    /// What people were told.
    pub recorder: Mutex<Recorder>,
    machines: Mutex<Vec<Machine>>,
}

impl Fleet {
    /// A fleet of so many nodes, none of them started.
    pub fn new(sea: Arc<Sea>, population: &Arc<Population>, nodes: usize) -> Arc<Self> {
        let turns = sea.turns.clone();
        // Where wall time must not matter to leases, it may jump as far as it likes for the guard to be missed.
        let ahead = if sea.off == Some(Guard::LeaseIgnoresWallTime) { 20_000 } else { AHEAD_MAX };
        let machine = |_| Machine {
            node: None,
            clocks: Clocks::drawn(&turns, ahead),
            life: 0,
            kept: None,
            journal: Arc::default(),
            read: None,
        };
        let machines = Mutex::new((0..nodes).map(machine).collect());
        let recorder = Mutex::default();
        Arc::new(Self { sea, turns, population: population.clone(), recorder, machines })
    }

    /// How many machines there are.
    pub fn len(&self) -> usize {
        self.machines.lock().len()
    }

    /// Whether there is no machine at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A node that runs.
    pub fn node(&self, number: usize) -> Option<Node> {
        self.machines.lock()[number].node.clone()
    }

    /// Some node that runs.
    pub fn any_node(&self) -> Option<Node> {
        let running: Vec<usize> = {
            let machines = self.machines.lock();
            (0..machines.len()).filter(|number| machines[*number].node.is_some()).collect()
        };
        self.turns.pick(&running).and_then(|number| self.node(*number))
    }

    /// A machine's clocks.
    pub fn clocks(&self, number: usize) -> Clocks {
        self.machines.lock()[number].clocks
    }

    /// What a machine's wall clock says.
    pub fn wall(&self, number: usize) -> Timestamp {
        self.clocks(number).wall(self.turns.now())
    }

    /// Changes a machine's clocks.
    pub fn set_clocks(&self, number: usize, change: impl FnOnce(&mut Clocks)) {
        change(&mut self.machines.lock()[number].clocks);
    }

    /// Starts a node, from its snapshot if it kept one and `from_snapshot` says so.
    pub fn start(self: &Arc<Self>, number: usize, from_snapshot: bool) {
        let (process, kept, journal) = {
            let mut machines = self.machines.lock();
            let machine = &mut machines[number];
            machine.life += 1;
            machine.read = None;
            let process = Process { node: number, life: machine.life };
            (process, machine.kept.clone().filter(|_| from_snapshot), machine.journal.clone())
        };
        let node = Node::start(&self.sea, &self.population, process, &journal);
        self.machines.lock()[number].node = Some(node.clone());
        self.sea.tell(format_args!("n{number} starts"));
        let (clocks, heard) = (self.clone(), self.clone());
        let follow = node.follow(
            kept,
            move || clocks.clocks(number),
            move |began, good| heard.hears_feed(number, began, good),
        );
        self.turns.spawn(Some(process), follow);
    }

    fn hears_feed(&self, number: usize, began: Moment, good: bool) {
        if good {
            self.machines.lock()[number].read = Some(began);
        }
    }

    /// A machine's journal.
    pub fn journal(&self, number: usize) -> Arc<Notebook> {
        self.machines.lock()[number].journal.clone()
    }

    /// Takes a machine's journal away, as if nobody had written one.
    pub fn lose_journal(&self, number: usize) {
        self.machines.lock()[number].journal = Arc::default();
    }

    /// Kills a node between two turns.
    pub fn crash(&self, number: usize) {
        let mut machines = self.machines.lock();
        if let Some(node) = machines[number].node.take() {
            self.turns.kill(node.process);
            self.sea.tell(format_args!("n{number} is killed"));
        }
    }

    /// Lets a node write its snapshot.
    pub fn keep(self: &Arc<Self>, number: usize) {
        let (Some(node), fleet) = (self.node(number), self.clone()) else { return };
        self.turns.spawn(Some(node.process), async move {
            if let Some(kept) = node.keep().await {
                fleet.machines.lock()[number].kept = Some(kept);
            }
        });
    }

    /// Whether a node has to answer: it read the feed lately, whatever has been in its way since.
    fn is_able(&self, number: usize) -> bool {
        let now = self.turns.now();
        self.machines.lock()[number].read.is_some_and(|read| now < read + VOUCH_MS - 10)
    }

    /// From when each node surely refuses what a commit ended that returned now: the node that committed and those that
    /// have read of it at once, the others when they may no longer vouch for what they knew before.
    pub fn receipt(&self, by: usize, position: i64) -> Vec<Moment> {
        let now = self.turns.now();
        let machines = self.machines.lock();
        let knows = |(number, machine): (usize, &Machine)| {
            let acknowledged = match &machine.node {
                // Whoever starts later reads the feed before it says anything.
                None => true,
                Some(node) => number == by || position <= node.engine.index().position(),
            };
            if acknowledged { now } else { now + at_most(VOUCH_MS) }
        };
        machines.iter().enumerate().map(knows).collect()
    }

    /// Asks a node about a pair, as a gateway does. A node that is down or paused is not asked.
    pub fn ask(&self, number: usize, pair: usize, mode: Option<Mode>, secret: Option<&str>) {
        let (key_id, own) = {
            let recorder = self.recorder.lock();
            let pair = &recorder.pairs[pair];
            (pair.key_id, pair.secret.clone())
        };
        let shown = secret.unwrap_or(&own);
        self.ask_with(number, Some(pair), key_id.as_str(), shown, shown == own, mode);
    }

    /// Asks a node about a key id that was never issued.
    pub fn ask_unknown(&self, number: usize, key_id: &KeyId) {
        self.ask_with(number, None, key_id.as_str(), "abcdefghijklmnopqrstuvwx", false, None);
    }

    fn ask_with(
        &self,
        number: usize,
        pair: Option<usize>,
        key_id: &str,
        secret: &str,
        right: bool,
        mode: Option<Mode>,
    ) {
        let Some(node) = self.node(number).filter(|_| !self.turns.is_paused(number)) else { return };
        let credentials = Credentials::new(key_id, secret).expect("key ids and secrets are well formed");
        let said = node.ask(&self.clocks(number), &credentials, mode);
        let at = self.turns.now();
        let about = pair.map_or("an unknown pair".to_owned(), |pair| format!("pair {pair}"));
        let word = match &said {
            Said::Granted(..) => "granted",
            Said::Refused(reason) => reason.code(),
            Said::Silent(silence) => silence.as_str(),
        };
        self.sea.tell(format_args!("n{number} is asked about {about}: {word}"));
        let position = node.engine.index().position();
        let able = self.is_able(number);
        let asked = Asked { at, node: number, position, able, pair, right, mode, said };
        self.recorder.lock().hears(&asked, &self.population.shops);
    }

    /// The account with that number.
    pub fn shop(&self, number: usize) -> &Shop {
        &self.population.shops[number]
    }
}
