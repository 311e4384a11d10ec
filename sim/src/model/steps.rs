//! What can happen, one step at a time.

use super::rules::{Fleet, Rule};
use super::state::{Database, Node, PAIRS, Pair, Reading, Receipt, Snapshot, State};

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// A change takes its position: the first key's pair is replaced by another.
    Replace,
    /// A change takes its position: a pair is ended.
    End(u8),
    /// The change at that place among the open ones is committed.
    Commit(u8),
    /// Whoever asked for the ending of a pair is told that it is done. Before that they know nothing.
    TellEnded(u8),
    /// Whoever asked for a new pair is shown it.
    TellMade(u8),
    /// A node asks for changes.
    Ask(u8),
    /// The database answers it.
    Answer(u8),
    /// The answer arrives.
    Hear(u8),
    /// The node gives up waiting; an answer that was on its way arrives late or never.
    GiveUp(u8),
    /// An answer to an earlier question arrives.
    HearLate(u8),
    /// A node's report arrives at whoever writes receipts.
    Report(u8),
    /// A node writes its snapshot.
    Keep(u8),
    /// A node is killed.
    Crash(u8),
    /// A node starts, and will read the database.
    Start(u8),
    /// A node starts from its snapshot alone.
    StartCold(u8),
    /// The database goes away for a while.
    GoAway,
    /// It comes back.
    ComeBack,
    /// A backup is taken, or a standby catches up.
    Copy,
    /// The standby takes over without what it had not got.
    FailOver,
    /// The backup is restored.
    Restore,
    /// Endings of the journal are re-applied.
    Reapply,
    /// Time goes on.
    Tick,
}

impl Fleet {
    /// Steps that are possible.
    pub(super) fn possible(&self, state: &State, steps: &mut Vec<Step>) {
        self.changes(state, steps);
        for (number, node) in (0u8..).zip(&state.nodes) {
            self.of_node(state, number, node, steps);
        }
        if state.may_go {
            steps.push(Step::GoAway);
        }
        if state.away {
            steps.push(Step::ComeBack);
        }
        if 0 < state.left.1 {
            steps.push(Step::Copy);
            if state.older.is_some() {
                steps.extend([Step::FailOver, Step::Restore]);
            }
        }
        // Whoever restores does it; after a failover, whoever sees the alarm. Once.
        let alarm = |node: &Node| node.quarantined && node.remembers.2 == state.database.incarnation;
        if state.database.unfinished || state.nodes.iter().any(alarm) {
            steps.push(Step::Reapply);
        }
        steps.push(Step::Tick);
    }

    fn changes(&self, state: &State, steps: &mut Vec<Step>) {
        let room = state.open.is_empty() || (!self.has(Rule::PositionIsLocked) && state.open.len() < 2);
        let asked = |step| state.open.iter().any(|(open, _)| *open == step);
        let live = |pair: usize| state.database.pairs[pair].0 == Pair::Live;
        if room && !state.away {
            if live(0) && !state.doomed[0] && !asked(Step::Replace) {
                steps.push(Step::Replace);
            }
            for pair in [1u8, 2] {
                let pair_is_free = live(usize::from(pair)) && !state.doomed[usize::from(pair)];
                // One ending is as good as another where there is one key.
                if pair_is_free && (pair == 2 || 1 < self.bounds.keys) {
                    steps.push(Step::End(pair));
                }
            }
        }
        if !state.away {
            steps.extend((0u8..).zip(&state.open).map(|(place, _)| Step::Commit(place)));
        }
        for pair in 0..PAIRS {
            let waits = |receipt: &Receipt| 0 < receipt.position && !receipt.told && !receipt.lost;
            if waits(&state.ended[pair]) {
                steps.push(Step::TellEnded(pair as u8));
            }
            if waits(&state.made[pair]) {
                steps.push(Step::TellMade(pair as u8));
            }
        }
    }

    fn of_node(&self, state: &State, number: u8, node: &Node, steps: &mut Vec<Step>) {
        if !node.up {
            steps.push(Step::Start(number));
            let old_enough = |kept: &Snapshot| {
                !self.has(Rule::ColdStartForgetsNothing) || kept.position == node.remembers.0
            };
            if node.snapshot.as_ref().is_some_and(|kept| 0 < kept.left && old_enough(kept))
                && !node.quarantined
            {
                steps.push(Step::StartCold(number));
            }
            return;
        }
        match &node.reading {
            None => steps.push(Step::Ask(number)),
            Some(Reading { answer: None, .. }) => {
                steps.push(Step::GiveUp(number));
                if !state.away {
                    steps.push(Step::Answer(number));
                }
            }
            Some(Reading { answer: Some(_), .. }) => steps.extend([Step::Hear(number), Step::GiveUp(number)]),
        }
        if node.late.is_some() && node.reading.is_some() && !self.has(Rule::AnswersKnowTheirQuestion) {
            steps.push(Step::HearLate(number));
        }
        if !node.quarantined && 0 < node.position {
            steps.push(Step::Report(number));
        }
        if 0 < self.bounds.crashes {
            if 0 < node.left && 0 < state.left.0 {
                steps.push(Step::Keep(number));
            }
            if 0 < state.left.0 {
                steps.push(Step::Crash(number));
            }
        }
    }

    /// Takes a step.
    pub(super) fn take(&self, state: &mut State, step: Step) {
        match step {
            Step::Replace | Step::End(_) => self.begin(state, step),
            Step::Commit(place) => self.commit(state, usize::from(place)),
            Step::TellEnded(pair) => {
                let pair = usize::from(pair);
                state.ended[pair].told = true;
                state.journal[pair] |= self.has(Rule::JournalBeforeTelling);
            }
            Step::TellMade(pair) => state.made[usize::from(pair)].told = true,
            Step::Ask(node) => at(state, node).reading = Some(Reading { age: 0, answer: None }),
            Step::Answer(node) => self.answer(state, node),
            Step::Hear(node) => {
                let reading = at(state, node).reading.take();
                if let Some(Reading { age, answer: Some(answer) }) = reading {
                    self.hear(state, node, age, &answer);
                }
            }
            Step::GiveUp(node) => {
                let node = at(state, node);
                let given_up = node.reading.take().and_then(|reading| reading.answer);
                // With the rule a late answer is nothing, so it need not be kept.
                node.late = given_up.filter(|_| !self.has(Rule::AnswersKnowTheirQuestion));
            }
            Step::HearLate(number) => {
                let node = at(state, number);
                if let (Some(late), Some(reading)) = (node.late.take(), node.reading.take()) {
                    self.hear(state, number, reading.age, &late);
                }
            }
            Step::Report(node) => {
                let position = state.nodes[usize::from(node)].position;
                report(state, node, position);
            }
            Step::Keep(node) => {
                let node = at(state, node);
                node.snapshot =
                    Some(Snapshot { known: node.known, position: node.position, left: node.left });
            }
            Step::Crash(node) => {
                state.left.0 -= 1;
                let node = at(state, node);
                *node = Node { up: false, reading: None, late: None, left: 0, position: 0, ..*node };
                node.known = Default::default();
            }
            Step::Start(node) => {
                let loaded = self.has(Rule::LoadedBeforeAnswering);
                let span = self.bounds.span;
                let node = at(state, node);
                node.up = true;
                if !loaded {
                    (node.left, node.position) = (span, node.remembers.0);
                }
            }
            Step::StartCold(node) => {
                let node = at(state, node);
                if let Some(kept) = node.snapshot {
                    (node.up, node.known) = (true, kept.known);
                    (node.position, node.left) = (kept.position, kept.left);
                }
            }
            Step::GoAway => (state.away, state.may_go) = (true, false),
            Step::ComeBack => state.away = false,
            Step::Copy => state.older = Some(state.database),
            Step::FailOver => self.lose(state, false),
            Step::Restore => self.lose(state, true),
            Step::Reapply => self.reapply(state),
            Step::Tick => self.tick(state),
        }
    }

    /// A change takes its position.
    fn begin(&self, state: &mut State, step: Step) {
        let taken = state.open.len() as u8;
        state.doomed[ends(step)] = true;
        state.open.push((step, state.database.head + taken + 1));
    }

    fn commit(&self, state: &mut State, place: usize) {
        let (step, position) = state.open.remove(place);
        let database = &mut state.database;
        database.head = database.head.max(position);
        database.links[usize::from(position)] = state.branch;
        database.changes += 1;
        database.audit += u8::from(self.has(Rule::AuditedTogether));
        let receipt = Receipt { position, wait: self.bounds.span, ..Receipt::default() };
        database.pairs[ends(step)] = (Pair::Ended, position);
        state.ended[ends(step)] = receipt;
        if step == Step::Replace {
            database.pairs[1] = (Pair::Live, position);
            state.made[1] = receipt;
        }
    }

    fn answer(&self, state: &mut State, node: u8) {
        let database = state.database;
        if let Some(reading) = &mut at(state, node).reading {
            reading.answer = Some(database);
        }
        if !self.has(Rule::ReportedWhenApplied) {
            report(state, node, database.head);
        }
    }

    /// A node takes an answer over, if it may.
    fn hear(&self, state: &mut State, number: u8, age: u8, answer: &Database) {
        let span = self.bounds.span;
        let node = at(state, number);
        if answer.unfinished && self.has(Rule::RestoredIsMarked) {
            return;
        }
        let (position, link, incarnation) = node.remembers;
        if answer.incarnation != incarnation {
            // Endings were re-applied: everything is read anew.
            node.position = 0;
            node.known = Default::default();
            node.quarantined = false;
        } else if self.is_older(answer, position, link) || node.quarantined {
            node.quarantined = true;
            return;
        }
        for (known, (pair, changed)) in node.known.iter_mut().zip(answer.pairs) {
            if node.position < changed {
                *known = pair;
            }
        }
        node.position = answer.head;
        node.remembers = (answer.head, answer.links[usize::from(answer.head)], answer.incarnation);
        node.left = if self.has(Rule::LeaseCountsFromTheQuestion) { span.saturating_sub(age) } else { span };
        for pair in 0..PAIRS {
            if node.saw_ended[pair] && self.has(Rule::EndingsStay) {
                node.known[pair] = Pair::Ended;
            }
            node.saw_ended[pair] |= node.known[pair] == Pair::Ended;
        }
        let applied = node.known;
        for (journal, known) in state.journal.iter_mut().zip(applied) {
            *journal |= known == Pair::Ended;
        }
    }

    /// Whether a database lacks what a node has seen.
    fn is_older(&self, answer: &Database, position: u8, link: u8) -> bool {
        if !self.has(Rule::OlderIsQuarantined) || position == 0 {
            return false;
        }
        match self.has(Rule::LinksAreCompared) {
            true => answer.links[usize::from(position)] != link,
            false => answer.head < position,
        }
    }

    /// An older state takes the place of the database: restored by this program, which says so, or by a failover.
    fn lose(&self, state: &mut State, restored: bool) {
        let Some(older) = state.older.take() else { return };
        state.left.1 -= 1;
        state.branch += 1;
        state.open.clear();
        let head = older.head;
        state.database = Database { unfinished: restored, ..older };
        for receipt in state.ended.iter_mut().chain(&mut state.made).filter(|one| head < one.position) {
            if !receipt.told {
                // Whoever asked is never told: the connection is gone.
                *receipt = Receipt::default();
            } else if !restored {
                receipt.lost = true;
            }
        }
        // Pairs that were made in the lost window are gone, and reported when the backup is restored.
        state.made.iter_mut().for_each(|made| made.lost |= head < made.position);
        if restored {
            state.away = false;
        }
    }

    /// Endings of the journal are written again, under a new incarnation.
    fn reapply(&self, state: &mut State) {
        let database = &mut state.database;
        state.open.clear();
        database.unfinished = false;
        database.incarnation += 1;
        for pair in 0..PAIRS {
            let again = state.journal[pair] && database.pairs[pair].0 == Pair::Live;
            if again && self.has(Rule::JournalIsReapplied) {
                database.head += 1;
                database.links[usize::from(database.head)] = state.branch;
                database.pairs[pair] = (Pair::Ended, database.head);
                (database.changes, database.audit) = (database.changes + 1, database.audit + 1);
            }
        }
    }

    fn tick(&self, state: &mut State) {
        let span = self.bounds.span;
        for node in &mut state.nodes {
            node.left = node.left.saturating_sub(1);
            if let Some(reading) = &mut node.reading {
                reading.age = (reading.age + 1).min(span);
            }
            node.snapshot = node.snapshot.and_then(|kept| {
                Some(Snapshot { left: kept.left.checked_sub(1).filter(|left| 0 < *left)?, ..kept })
            });
        }
        for receipt in state.ended.iter_mut().chain(&mut state.made) {
            receipt.wait = receipt.wait.saturating_sub(1);
        }
    }
}

fn at(state: &mut State, node: u8) -> &mut Node {
    &mut state.nodes[usize::from(node)]
}

/// The pair that a change ends.
fn ends(step: Step) -> usize {
    match step {
        Step::End(pair) => usize::from(pair),
        _ => 0,
    }
}

fn report(state: &mut State, node: u8, position: u8) {
    for receipt in state.ended.iter_mut().chain(&mut state.made) {
        if 0 < receipt.position && receipt.position <= position {
            receipt.reported |= 1 << node;
        }
    }
}
