//! Every sequence of up to five commands on a key, against the model.
//!
//! The generator counts through all choices like a mileage counter: each run replays the digits so far and the last one
//! that can still grow grows. Nothing is sampled, so nothing is missed.

use domain::{Duration, GenerateRequest, Mode, OldPair, Refusal, RegenerateRequest};

use crate::model::{Command, Model, Said, said};
use crate::world::{START, World, operator};

const LENGTH: usize = 5;

/// Counts through all sequences of choices.
#[derive(Default)]
struct Choices {
    digits: Vec<(usize, usize)>,
    place: usize,
    started: bool,
}

impl Choices {
    /// Moves on to the next sequence; false when all have been.
    fn next(&mut self) -> bool {
        self.place = 0;
        if !std::mem::replace(&mut self.started, true) {
            return true;
        }
        while let Some((digit, bound)) = self.digits.pop() {
            if digit + 1 < bound {
                self.digits.push((digit + 1, bound));
                return true;
            }
        }
        false
    }

    /// The choice at this place: one of `0..bound`.
    fn pick(&mut self, bound: usize) -> usize {
        if self.place == self.digits.len() {
            self.digits.push((0, bound));
        }
        self.place += 1;
        self.digits[self.place - 1].0
    }
}

type Issued = Vec<(domain::KeyRef, domain::KeyId, String)>;

fn run(world: &mut World, command: Command, issued: &mut Issued) -> Said {
    let first = issued.first().map(|(key, ..)| *key);
    let outcome = match command {
        Command::Generate => {
            let request = GenerateRequest { mode: Mode::Test, name: None, expires_at: None };
            world.asks_to_generate(&operator(), &request).map(Some)
        }
        Command::RegenerateNow => regenerates(world, first, OldPair::Now, false),
        Command::RegenerateNowEndingRetiring => regenerates(world, first, OldPair::Now, true),
        Command::RegenerateIn24Hours => regenerates(world, first, OldPair::In24Hours, false),
        Command::DeactivateCurrent | Command::DeactivateRetiring => {
            let key = first.map(|key| world.key(&key));
            let pair = match command {
                Command::DeactivateCurrent => key.and_then(|key| key.current(world.now)).map(|p| p.key_id),
                _ => key.and_then(|key| key.retiring(world.now)).map(|(pair, _)| pair.key_id),
            };
            match pair {
                None => Err(Refusal::NothingToRegenerate),
                Some(key_id) => world.asks_to_deactivate(&operator(), &key_id).map(|()| None),
            }
        }
        Command::Wait(millis) => {
            world.now = world.now + Duration::from_millis(millis);
            Ok(None)
        }
    };
    match outcome {
        Ok(new) => {
            issued.extend(new.map(|new| (new.key, new.key_id, new.secret.reveal().to_owned())));
            Said::Done
        }
        Err(refusal) => said(&refusal),
    }
}

fn regenerates(
    world: &mut World,
    key: Option<domain::KeyRef>,
    old: OldPair,
    end_retiring: bool,
) -> Result<Option<domain::NewPair>, Refusal> {
    let key = key.ok_or(Refusal::NothingToRegenerate)?;
    let request = RegenerateRequest { old, expected_current: None, end_retiring };
    world.asks_to_regenerate(&operator(), &key, &request).map(|done| Some(done.new))
}

#[test]
fn after_every_sequence_of_five_commands_exactly_the_right_secrets_work() {
    let (mut choices, mut sequences) = (Choices::default(), 0);
    while choices.next() {
        let (mut world, mut model, mut issued) = (World::new(1), Model::default(), Vec::new());
        let mut commands = Vec::new();
        for _ in 0..LENGTH {
            let command = Command::ALL[choices.pick(Command::ALL.len())];
            commands.push(command);
            let expected = model.run(command, world.now.as_millis() - START.as_millis());
            assert_eq!(run(&mut world, command, &mut issued), expected, "{commands:?}");
        }
        // Shorter sequences are beginnings of these; what they end in is looked at in the runs that go on by waiting.
        let works: Vec<_> = issued.iter().map(|(_, key_id, secret)| world.works(key_id, secret)).collect();
        assert_eq!(works, model.works(world.now.as_millis() - START.as_millis()), "{commands:?}");
        sequences += 1;
    }
    assert_eq!(sequences, Command::ALL.len().pow(LENGTH as u32), "all of them");
}

/// The off-switch: a model that is wrong about one moment is told so within three commands.
#[test]
fn a_day_that_is_one_millisecond_too_long_would_be_noticed() {
    let (mut world, mut model, mut issued) = (World::new(1), Model::default(), Vec::new());
    for command in [Command::Generate, Command::RegenerateIn24Hours, Command::Wait(crate::model::DAY)] {
        model.run(command, world.now.as_millis() - START.as_millis());
        run(&mut world, command, &mut issued);
    }
    let works = world.works(&issued[0].1, &issued[0].2);
    assert!(!works && model.works(crate::model::DAY - 1)[0] && !model.works(crate::model::DAY)[0]);
}
